# What the small commands say must not depend on whose they are: ours on our host, or those of the computer
# that runs the tests. See commands.test.ts. The folder is an empty one.
say() { echo "== $*"; }
failed() { "$@" 2>/dev/null && echo "$* has not failed"; }
# Numbers and names without the blanks between them
narrow() { while read a b; do echo "$a $b"; done; }
# Lines of ls -l without owner, size and time
short() { while read mode rest; do echo "$mode ${rest##* }"; done; }

say ls, mkdir, touch
mkdir -p a/b/c d; touch a/1 a/b/2 .hidden; echo five5 > a/b/c/3
ls; ls -a; ls -A a; ls -1 a/b; ls -d a; ls a d; ls -R a
ls -l a/b/c | tail -n 1 | short
failed mkdir a; failed mkdir no/such; failed ls nothing; failed touch no/such

say cp, mv, rm, ln
echo one > f; echo two > g
cp f h; cat h; cp g h; cat h; cp f g d; ls d; cp -r a copy; ls -R copy; cat copy/b/c/3
failed cp nothing x; failed cp a x; failed cp f no/such; failed cp f g h
mv h i; ls; mv i d; ls d; mv d/i d/j; cat d/j; mv a/b d; ls d d/b; mv -- f ./-f; ls; rm -- -f
failed mv nothing x; failed mv d d/b; failed mv g no/such
ln g hard; ln -s g soft; cat hard soft; echo changed > soft; cat g; ls; failed ln g hard; ln -sf d soft; ls soft
rm hard soft; failed rm nothing; rm -f nothing; failed rm copy; rm -r copy; failed rmdir d; mkdir e; rmdir e; ls
chmod 640 g; ls -l g | short; chmod u+x,o=r g; ls -l g | short

say head, tail, wc, sort, tee
i=0; while [ $i -lt 200 ]; do i=$((i + 1)); echo "$i line"; done > n
head n; head -n 2 n; head -c 9 n; echo; head -n 0 n; head -n 1 n g; head -n 3 < n
tail n; tail -n 2 n; tail -n +199 n; tail -c 6 n; tail -n 1 n g; tail -n 2 < n
cat n | wc; wc -l n; wc -w n; wc -c n; wc -l < n; wc -l n g | narrow; printf 'no end' | wc -l
sort -rn n | head -n 2; printf 'b\na\nb\nC\n' | sort; printf 'b\na\nb\n' | sort -u; sort -n n | tail -n 1
echo word | tee t1 t2; cat t1 t2; echo more | tee -a t1 > /dev/null; cat t1
failed head nothing; failed tail nothing; failed wc nothing; failed cat nothing; cat n nothing 2>/dev/null | wc -l

say grep, cat, echo, hexdump
grep 19. n | head -n 3; grep -c 7 n; grep -n '^1.* l' n | tail -n 1; grep -v 1 n | head -n 1; grep -i LINE g n | head -n 1
grep -q 200 n; echo $?; grep -q 201 n; echo $?; grep -l 'line$' n g; grep -h two n g d/j; grep -E '^(5|6)0 ' n
grep -F '.' n; echo $?; grep -r five . | head -n 1; echo 'a.b' | grep -F .; echo 'a+b' | grep 'a+b'; echo aab | grep -E 'a+b'
grep x nothing 2>/dev/null; echo $?; echo '[x]' | grep '[]x]'; printf 'a\tb\n' | grep 'a[[:space:]]b'; echo word | grep -e w -e x
cat g n - < t1 | tail -n 1; echo -n no newline; echo; printf '%s-%d-%x-%5s|%-5s|%05d\n' s 42 255 r l 7
hexdump -C n | head -n 3; hexdump -C -n 20 n; hexdump -C -s 16 -n 8 n; head -c 100 /dev/zero | hexdump -C

say pipes, redirection, and the rest
cat n | grep 1 | sort -rn | head -n 1; (echo out; echo err >&2) 2>&1 | wc -l; echo a > r; echo b >> r; cat < r; cat <<X
here
X
pwd | grep -c /; which nosuchcommand; echo $?; true; echo $?; false; echo $?; env -i A=b env 2>/dev/null | grep ^A
sleep 0.01; echo $?; kill -0 $$; echo $?; (exit 3); echo $?; date +%Y | wc -c; sync; echo $?; uname -m | wc -l
yes_no() { [ -e "$1" ] && echo yes || echo no; }; yes_no n; yes_no nothing
say end
