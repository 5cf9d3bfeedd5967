int printf(const char*,...);
#pragma pack(push)
#pragma pack(1)
struct S0 { const volatile signed f0 : 19; volatile signed f1 : 28; unsigned f2 : 14; unsigned f3 : 2; signed f4 : 9; const volatile signed f5 : 28; volatile signed f6 : 10; const unsigned long f7; signed f8 : 30; volatile signed f9 : 14; };
#pragma pack(pop)
static struct S0 g = {616,-12326,119,0,1,12197,9,0xCD36BC43A748A065L,-29544,-29};
void p(void){ printf("%d %d %d %d %d %d %d %lx %d %d\n",g.f0,g.f1,g.f2,g.f3,g.f4,g.f5,g.f6,g.f7,g.f8,g.f9); for(int i=0;i<sizeof g;i++)printf("%02x ",((unsigned char*)&g)[i]); printf("\n");}
int main(){p(); g.f4|=5; p(); g.f1=77; g.f9=-3; p(); g.f6=-100; g.f8=12345; p(); return 0;}
