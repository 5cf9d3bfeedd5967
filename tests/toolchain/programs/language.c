/* A little of everything, in few lines: what the compiler was first tried on. */
int printf(const char*,...);
typedef unsigned long u64; typedef unsigned __int128 u128; typedef __int128 i128;
struct S { int a; char b; short c:5, d:3; struct { long x; } y[2]; };
struct P { long a, b; }; struct Big { long a[5]; }; struct F { float x, y; }; struct D3{double a,b,c;}; struct C3{char a,b,c;}; struct M{int a; double d;};
struct S gs = {1,2,3,1,{{4},{5}}}; int st=4; int *pi=&st+1; u64 diff = (u64)&gs + 8;
union U { int i; char c[12]; }; union U u = {.i=3};
__attribute__((noinline)) struct P mk(long a){ struct P p={a,a+1}; return p; }
__attribute__((noinline)) struct Big mkb(long a){ struct Big p={{a,2,3,4,5}}; return p; }
__attribute__((noinline)) long useb(struct Big b, struct P p, struct F f){ return b.a[2]+p.b+(long)f.x; }
__attribute__((noinline)) struct C3 c3(struct C3 x,int k){ x.a+=k;x.b-=k;x.c*=k; return x; }
__attribute__((noinline)) struct M mm(struct M m){ m.a++; m.d*=2; return m; }
__attribute__((noinline)) struct D3 d3(struct D3 m){ m.a++; m.b*=2; m.c-=1; return m; }
__attribute__((noinline)) u128 mul(u128 a, u128 b){ return a*b + (a>>3) - (b<<70); }
__attribute__((noinline)) u128 shl(u128 a, int n){ return a<<n; }
__attribute__((noinline)) u128 shr(u128 a, int n){ return a>>n; }
__attribute__((noinline)) i128 sar(i128 a, int n){ return a>>n; }
__attribute__((noinline)) int c128(i128 a,i128 b){ return (a<b)|(a>b)<<1|(a<=b)<<2|(a>=b)<<3|(a==b)<<4|((u128)a<(u128)b)<<5; }
__attribute__((noinline)) int sw(int x){ switch(x){case 0:return 5;case 1:return 7;case 2: return 9; case 3: return 1; case 4: return 99; case 100: return -1; default: return x; } }
__attribute__((noinline)) int sw2(long x){ switch(x){case -3:return 5;case -2:return 7;case -1: return 9; case 0: return 1; case 1: return 99; case 3: return -1; default: return x*2; } }
__attribute__((noinline)) int sw3(unsigned char x){ switch(x){case 3:return 5;case 20:return 7;case 70: return 9; case 100: return 1; case 128: return 99; case 200: return -1; case 255: return 77; default: return x*2; } }
int sum(int n,...){ __builtin_va_list ap,aq; __builtin_va_start(ap,n); __builtin_va_copy(aq,ap); int s=0; for(int i=0;i<n;i++) s+=__builtin_va_arg(ap,int)*(i+1); for(int i=0;i<n;i++) s^=__builtin_va_arg(aq,int); __builtin_va_end(ap); return s; }
double dsum(int n,...){ __builtin_va_list ap; __builtin_va_start(ap,n); double s=0; for(int i=0;i<n;i++){ s+=__builtin_va_arg(ap,double)*(i+1); s+=__builtin_va_arg(ap,int);} __builtin_va_end(ap); return s; }
__attribute__((noinline)) int asmt(int a, volatile int *p){ int r; asm volatile("add %w0, %w1, %2\n\tnop" : "=&r"(r) : "r"(a), "i"(4) : "memory","cc"); asm("ldr %w0,%1":"=r"(a):"Q"(*p)); register long x0 asm("x0")=a; asm volatile("add %0, %0, #1":"+r"(x0)::"memory"); asm volatile("str %w1,%0":"=Q"(*p):"rZ"(0)); return r+x0; }
__attribute__((noinline)) int ag(int a){ asm goto("cbz %w0, %l[out]"::"r"(a)::out); return 1; out: return 2; }
__attribute__((noinline)) int atom(int *p,int v){ int old=__atomic_fetch_add(p,v,__ATOMIC_SEQ_CST); __sync_synchronize(); int e=3; __atomic_compare_exchange_n(p,&e,v,0,__ATOMIC_ACQUIRE,__ATOMIC_RELAXED); int e2=*p; int k=__atomic_compare_exchange_n(p,&e2,v*7,0,__ATOMIC_SEQ_CST,__ATOMIC_RELAXED); return old+e+k*100+__atomic_load_n(p,__ATOMIC_ACQUIRE)+(__sync_lock_test_and_set(p,1)); }
signed char ac=-3; __attribute__((noinline)) int atomc(void){ int r=__atomic_fetch_sub(&ac,100,__ATOMIC_RELAXED); r=r*31+__atomic_nand_fetch(&ac,0x5a,__ATOMIC_ACQ_REL); r=r*31+__atomic_fetch_or(&ac,1,5); signed char e=ac; r+=__atomic_compare_exchange_n(&ac,&e,9,0,5,5); return r*3+ac; }
__attribute__((noinline)) int gotot(int i){ static void *t[]={&&a,&&b,&&c}; int n=0; goto *t[i]; a: n+=1; if(n>10) return n; goto *t[n%3]; b: n+=5; goto *t[(n+1)%3]; c: return n+100; }
__attribute__((noinline)) int lz(u64 x){ return __builtin_clzl(x)+__builtin_ctz(x)*3+__builtin_popcount(x)*7+__builtin_bswap32(x)+__builtin_bswap16(x)+__builtin_clz(x)+__builtin_ctzl(x)+__builtin_popcountl(x)+(int)__builtin_bswap64(x); }
__attribute__((noinline)) int ov(int a,int b){int r; if(__builtin_add_overflow(a,b,&r)) return -1; return r;}
__attribute__((noinline)) int ov2(u64 a,u64 b){u64 r; int k=__builtin_mul_overflow(a,b,&r); long q; k+=2*__builtin_mul_overflow((long)a,(long)b,&q); unsigned char c; k+=4*__builtin_add_overflow((unsigned char)a,(unsigned char)b,&c); short sh; k+=8*__builtin_sub_overflow((short)a,(short)b,&sh); int z; k+=16*__builtin_mul_overflow((int)a,(int)b,&z); unsigned y; k+=32*__builtin_sub_overflow((unsigned)a,(unsigned)b,&y); return k*1000+(int)r+(int)q+c+sh+z+y;}
__attribute__((noinline)) double fd(double a, float b, int c){ return a*b+c-(unsigned)a; }
__attribute__((noinline)) long lp(long n, long *a){ long s=0; for(long i=0;i<n;i++){ long t=a[i]*3; if(t>5) s+=t; } return s; }
int (*fp)(int)=sw; __attribute__((noinline)) int cal(int x){ struct Big b=mkb(x); return fp(x)+useb(b,mk(3),(struct F){1,2}); }
struct B { unsigned a:3; signed b:7; unsigned long c:40; int d:1; unsigned char e:4; }; 
__attribute__((noinline)) void bf(struct B*p,int k){ p->a+=k; p->b-=k; p->c=p->c*k+5; p->d=k; p->e^=k; }
__attribute__((noinline)) long sx(signed char a, unsigned char b, short c, unsigned short d, int e, unsigned f){ return a*3+b*5+c*7+d*11+(long)e*13+(long)f*17+(a>>1)+(b>>1)+(c>>2)+(d>>2)+(e>>3)+(f>>3)+(a/3)+(b/3)+(c%7)+(d%7)+(e/5)+(f%9)+(a<b)+(c<d)+(e<(int)f)+((unsigned)e<f); }
__attribute__((noinline)) long many(int a,int b,int c,int d,int e,int f,int g,int h,int i,char j,short k,long l,struct P p,int m,u128 q,struct Big z){ return a+b*2+c*3+d*4+e*5+f*6+g*7+h*8+i*9+j*10+k*11+l*12+p.a*13+p.b*14+m*15+(long)q*16+(long)(q>>64)+z.a[4]; }
__attribute__((noinline)) int fib(int n){ return n<2?n:fib(n-1)+fib(n-2); }
__attribute__((noinline)) int vla(int n){ int a[n]; for(int i=0;i<n;i++)a[i]=i*i; int s=0; for(int i=n-1;i>=0;i--)s=s*3+a[i]; char b[n*3]; b[n]=s; return s+b[n]; }
__attribute__((noinline)) int str(const char*s){ int h=5381; while(*s) h=h*33+*s++; return h; }
__attribute__((noinline)) float fl(float a,float b){ return a<b?a/b:(a>b?a-b:-a); }
__attribute__((noinline)) int fcmps(double a,double b){ return (a<b)|(a<=b)<<1|(a>b)<<2|(a>=b)<<3|(a==b)<<4|(a!=b)<<5|(!(a<b))<<6|__builtin_isunordered(a,b)<<7|__builtin_islessgreater(a,b)<<8; }
struct Pk { char a; int b; short c; long d; } __attribute__((packed)); struct Pk pk={1,0x12345678,-3,0x1122334455667788};
__attribute__((noinline)) long pks(struct Pk*p){ p->b+=p->a; p->d-=p->c; return p->b+p->d; }
extern int wk(void) __attribute__((weak)); __attribute__((aligned(64))) char al[3]={1,2,3};
long arr2[3][4]={{1,2,3},{4},{5,6,7,8}};
int main(void){ 
 long t[]={1,2,3,-4,5}; struct B bb={1,2,3,0,4}; int q=3; long total=0;
 for(int k=0;k<9;k++){ bf(&bb,k); printf("bf %d %d %ld %d %d\n",bb.a,bb.b,(long)bb.c,bb.d,bb.e); }
 printf("%ld %ld\n", mk(5).b, mkb(7).a[0]+mkb(8).a[4]); printf("%d %d\n",cal(3),cal(100)); u128 m=mul(((u128)123456789012345<<50)+77,((u128)987654321<<60)+3); printf("%lx %lx\n",(long)m,(long)(m>>64));
 for(int n=0;n<128;n+=7){ u128 v=((u128)0x8123456789abcdef<<64)|0xfedcba9876543210; u128 a=shl(v,n),b=shr(v,n),c=sar(v,n); printf("%lx %lx %lx %lx %lx %lx\n",(long)a,(long)(a>>64),(long)b,(long)(b>>64),(long)c,(long)(c>>64)); }
 i128 cs[]={0,1,-1,(i128)1<<64,-((i128)1<<64),(i128)1<<127}; for(int i=0;i<6;i++)for(int j=0;j<6;j++)printf("%d ",c128(cs[i],cs[j])); printf("\n");
 for(int i=-5;i<12;i++)printf("%d %d %d %d,",sw(i),sw2(i),sw3(i*10),sw(i*10)); printf("\n");
 printf("%d %f\n",sum(12,1,2,3,4,5,6,7,8,9,10,11,12),dsum(10,1.,1,2.,2,3.,3,4.,4,5.,5,6.,6,7.,7,8.,8,9.,9,10.,10));
 printf("%d %d\n",asmt(5,&q),q); printf("%d %d\n",ag(0),ag(1)); q=3; printf("%d %d %d %d\n",atom(&q,5),q,atom(&q,-1),q); printf("%d %d\n",atomc(),ac);
 printf("%d %d %d\n",gotot(0),gotot(1),gotot(2)); for(u64 i=1;i;i<<=5)printf("%d ",lz(i|i>>3)); printf("\n");
 printf("%d %d\n",ov(1,2),ov(0x7fffffff,1)); u64 os[]={0,1,3,255,0x7fff,0x7fffffff,0xffffffff,0x7fffffffffffffff,-1ul,0x100000001}; for(int i=0;i<10;i++)for(int j=0;j<10;j++)total=total*7+ov2(os[i],os[j]); printf("%ld\n",total);
 printf("%f %ld\n",fd(3.5,2.25,7),lp(5,t)); for(int i=-300;i<300;i+=37)total=total*31+sx(i,i,i*100,i*100,i*100000,i*100000); printf("%ld\n",total);
 printf("%ld\n",many(1,2,3,4,5,6,7,8,9,10,11,12,mk(13),14,((u128)5<<64)+6,mkb(3))); printf("%d %d %d\n",fib(15),vla(17),str("hello world"));
 printf("%f %f %f\n",fl(1,2),fl(2,1),fl(2,2)); double ds[]={0,-0.0,1.5,-1.5,__builtin_inf(),__builtin_nan("")}; for(int i=0;i<6;i++)for(int j=0;j<6;j++)printf("%d ",fcmps(ds[i],ds[j])); printf("\n");
 printf("%ld %d\n",pks(&pk),wk?1:0); struct C3 c=c3((struct C3){100,3,50},70); printf("%d %d %d\n",c.a,c.b,c.c); struct M mmv=mm((struct M){3,1.25}); printf("%d %f\n",mmv.a,mmv.d); struct D3 dd=d3((struct D3){1,2,3}); printf("%f %f %f %ld %d\n",dd.a,dd.b,dd.c,(long)al&63,pi==&st+1); printf("%ld\n",arr2[2][3]+arr2[1][0]+(diff==(u64)gs.y)+gs.c+gs.d+u.c[0]);
 return 0; }
