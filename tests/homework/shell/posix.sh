echo hello "a  b" 'c  $x' d\ e
x=5; y="two words"
echo $x $y "$y" ${y} '$y' \$y
echo ${z:-default} ${x:+set} ${z-} "${#y}" ${y%words} ${y#* } ${y##*o} ${y%%o*}
echo $((1+2*3)) $((x*x-1)) $(( (x+1)/2 )) $((x>3?10:20)) $((7%3)) $((1<<4)) $((x==5&&x!=4)) $((-x))
echo $(echo nested $(echo deep)) `echo back`
for i in 1 2 3; do echo -n "$i "; done; echo
i=0; while [ $i -lt 3 ]; do i=$((i+1)); if [ $i = 2 ]; then continue; fi; echo "i=$i"; done
case hello.c in *.h) echo header;; *.c|*.cc) echo source;; *) echo other;; esac
f() { echo "f: $# $1 $2"; return 3; }
f a "b c"; echo $?
true && echo yes || echo no
false && echo yes || echo no
! true; echo $?
echo one | cat | tr a-z A-Z
while :; do echo y; done | head -n 2
(while :; do echo $(while :; do echo z; done | head -n 1); done) | head -n 1 | cat
(cd /; pwd); pwd | wc -l
cat <<EOF
x is $x and \$x $(echo sub)
EOF
cat <<'EOF'
x is $x
EOF
cat <<-EOF
	tabs
	gone
	EOF
echo err >&2 2>/dev/null
ls /nonexistent 2>/dev/null; echo $?
set -- a b "c d"; echo $# "$@" $*; for a in "$@"; do echo "<$a>"; done; for a in $*; do echo "[$a]"; done
shift; echo $1
mkdir -p g; cd g; touch a.c b.c c.h .hid; echo *.c; echo *; echo [ab].c; echo "*.c"; echo *.zzz; echo ../g/*.h; cd ..
test -d g && echo dir; [ -f g/a.c ] && echo file; [ -n "" ] || echo empty; [ 3 -gt 2 -a 2 -gt 1 ] && echo both
unset x; echo "x=${x:-unset}"
IFS=:; p="a:b:c"; for w in $p; do echo "w=$w"; done; IFS=' 
	'
export E=exported; sh -c 'echo $E $0 $1' name arg
echo "status $?"
sh -c 'exit 7'; echo $?
printf '%s-%d-%x\n' abc 42 255 def 1 2
printf 'no newline'; echo
read a b <<EOF
first second third
EOF
echo "$a|$b"
if false; then echo a; elif true; then echo b; else echo c; fi
until true; do echo never; done
{ echo grouped; echo two; } > out; cat out; echo more >> out; wc -l < out
x=a; x=b env | grep '^x=' ; echo $x
echo a;echo b # comment
echo a#b
echo "quote \" inside" 'single'"double"
echo ${undefined}end
g() { for i in 1 2 3; do if [ $i = 2 ]; then return 5; fi; echo g$i; done; }
g; echo $?
trap 'echo trapped' EXIT
eval 'echo ev$((1+1))'
n=3; while :; do n=$((n-1)); [ $n -eq 0 ] && break; done; echo n=$n
echo `echo \`echo nest\``
echo "$(echo "in quotes")"
a=$(echo x; exit 4); echo $a $?

[ ] ; echo $?
[ "a" = "b" ] ; echo $?
echo ${x:=5} ; echo $#
wait; sleep 0 & wait $!; echo w$?
:> empty; [ -s empty ]; echo $?
echo "a
b"
exec 3>fd3; echo to3 >&3; exec 3>&-; cat fd3
echo \
continued
sh -c 'kill -9 $$'; echo $?
command_not_there 2>/dev/null; echo $?
for i in a b; do for j in 1 2; do [ $j = 2 ] && continue 2; echo $i$j; done; done
