# What busybox does here must not depend on the kernel that it runs on: see busybox.test.ts.
# $1 is a folder of its own.
set -u
cd "$1" && umask 022
say() { echo "== $*"; }

say files
mkdir -p a/b/c && echo one > a/1 && echo two > a/b/2 && printf 'x%.0s' 1 2 3 4 5 > a/b/c/3
cp -r a d && mv d/b/2 d/moved && ln -s ../a/1 d/link && ln a/1 a/hard && cat d/link a/hard
chmod 640 a/1 && touch -d '2020-01-02 03:04:05' a/1 a/b/2 && touch -h -d '2020-01-02 03:04:05' d/link
ls -l a/1 d/link a/b/2 && ls -a a && ls -R d && readlink d/link && readlink -f d/link | sed "s,$1,,"
stat -c '%n %s %a %F %h' a/1 d/link && stat -c '%n %a %F' a/b && test -x a/1 || echo 'not executable'
find . -type f | sort && find a -name '*2' -exec basename {} \; && du -a d | wc -l
rm -r d && ls d 2>&1; rmdir a 2>&1; mkdir a 2>&1; cat missing 2>&1; cat a 2>&1; ls -l /nowhere 2>&1
dd if=/dev/zero bs=1k count=3 2>/dev/null | tr '\0' z > z && wc z && truncate -s 10 z && cat z && echo
dd if=z bs=1 skip=2 count=3 conv=notrunc of=a/1 2>/dev/null && cat a/1 && cmp z a/1; diff a/1 a/b/2
mktemp -u XXXXXX | wc -c; sync; touch t1 t2 && [ t2 -nt nope ] && echo newer

say text
seq 1 200 > n && head -n 3 n && tail -n 2 n && wc -l < n && sort -rn n | head -2 && grep -c 7 n
grep -n '^1.$' n | tail -3 && sed -n '5,7p;s/^19\(.\)$/nineteen-\1/p' n && awk '{ s += $1 } END { print s, NR }' n
awk 'BEGIN { printf "%.3f %5d|%-5s|%x\n", 22 / 7, 42, "ab", 255; print length("hello"), substr("hello", 2, 3), 1024 / 3 }'
cut -d: -f1,3 <<X | tr a-z A-Z | uniq -c
root:x:0
root:x:0
bin:x:1
X
md5sum n && sha256sum n && od -c -N 8 n && hexdump -C n | head -2 && xxd -l 8 n && rev z
paste -d, n n | head -2; fold -w 4 z; nl a/b/2; expr 6 \* 7; basename /x/y.c .c; dirname /x/y; factor 60
printf '%s|%5.2f|%03d\n' word 3.14159 7; echo '2^64; scale=5; 1/3' | bc; tac n | head -1
shuf -n 3 n | wc -l && crc32 n; sha1sum n; cal 2 2024
echo abcabc | tr -d b | tee copy && cat copy && strings z && echo hello | base64

say archives
tar cf t.tar a && tar tf t.tar | sort && mkdir out && tar c a | tar x -C out && ls -R out && diff -r a out/a && echo same
gzip -c n > n.gz && zcat n.gz | md5sum && gunzip < n.gz | cmp - n && bzip2 -c n | bunzip2 | tail -1
(cd a && find . | sort | cpio -o -H newc 2>/dev/null) | cpio -t 2>/dev/null | sort
tar czf t.tgz a n && tar tzf t.tgz | wc -l

say shell
f() { local x=$1; [ "$x" -le 1 ] && echo 1 || echo $((x * $(f $((x - 1))))); }
f 10; echo $((0x10 + 010 + 3 % 2)) ${PATH:+path} ${nope:-default} "$(echo a; echo b)" `echo old`
for i in 1 2 3; do for j in x y; do [ $j = y ] && continue; echo $i$j; done; done | while read l; do echo "<$l>"; done
case abc in a*) echo starts;; *) echo no;; esac; i=0; until [ $i = 3 ]; do i=$((i + 1)); done; echo $i
v=hello; echo ${#v} ${v#he} ${v%lo} ${v/l/L}; set -- p q r; shift; echo $# $1 "$*"; eval 'echo $v'
cat <<A; cat <<'B'
here $v $(echo doc)
A
here $v literally
B
echo to-err 2>&1 >/dev/null | cat; { echo x; echo y >&2; } 2>err | cat; cat err; echo add >> err; wc -l < err
exec 3> fd3; echo three >&3; exec 3>&-; cat fd3; echo a | (read x; echo got $x); ls /nope >/dev/null 2>&1 || echo failed $?
(exit 7); echo $?; false || echo or; true && echo and; ! true; echo $?; sh -c 'exit 42'; echo $?; sh -c 'echo $0 $1' zero one
nosuchcommand 2>&1; echo $?; ./z 2>&1; echo $?; env -i A=b sh -c 'env' | sort | grep '^A'; type cd; alias ll=ls; alias ll
x=$(yes | head -n 1000 | wc -l); echo $x; yes 2>/dev/null | head -1; seq 1000000 | head -1; echo 'a b  c' | xargs -n1 echo

say scripts
printf '#!%s sh\necho script "$@"\n' "$BUSYBOX" > s && chmod +x s && [ -x s ] && sh ./s 1 '2 3'
echo 'echo plain; return 5' > p && . ./p; echo $?; cat s | sed 's/^#!.*/#!/' | sh -s arg
(echo 'trap "echo bye" EXIT'; echo 'echo in') | sh

say processes
sleep 0.05 & wait $!; echo $?; (sleep 30; echo late) & p=$!; kill $p; wait $p 2>/dev/null; echo $?
sh -c 'kill -SEGV $$' 2>/dev/null; echo $?; sh -c 'kill -9 $$' 2>/dev/null; echo $?
trap 'echo usr1' USR1; kill -USR1 $$; trap - USR1; trap '' TERM; kill $$; trap - TERM; echo alive
(trap 'echo term; exit 3' TERM; while :; do sleep 0.02; done) & p=$!; sleep 0.1; kill $p; wait $p; echo $?
sh -c 'kill -STOP $$; echo continued' & p=$!; sleep 0.1; kill -CONT $p; wait $p; echo $?
timeout 0.1 sleep 9; echo $?; (sleep 0.1; echo second) & echo first; wait; kill -l 11; kill -0 $$ && echo me
(exec sh -c 'echo replaced'); (ulimit -n 20; ulimit -n); for i in 1 2 3; do (sleep 0.$i; echo $i) & done; wait
usleep 1000; time -f %x true 2>&1; setsid sh -c 'echo session'
echo $(id -u) $(id -g) $(whoami) $(uname -m); test -t 0 || echo 'no tty'; date -u -d @86400 '+%F %T %a'; nohup echo hup 2>/dev/null
say end
