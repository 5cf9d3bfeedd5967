; Functions that intermediate.c calls.

define i32 @constants() {
  %c0 = icmp eq i32 0, 0
  %c1 = icmp ult i64 0, 5
  %c2 = icmp sgt i32 0, 7
  %c3 = icmp slt i16 0, -3
  %c4 = icmp ne i64 0, 4294967296
  %z0 = zext i1 %c0 to i32
  %z1 = select i1 %c1, i32 2, i32 0
  %z2 = select i1 %c2, i32 4, i32 0
  %z3 = select i1 %c3, i32 8, i32 0
  %z4 = select i1 %c4, i32 16, i32 0
  %o1 = or i32 %z0, %z1
  %o2 = or i32 %o1, %z2
  %o3 = or i32 %o2, %z3
  %o4 = or i32 %o3, %z4
  %c5 = icmp ugt i32 0, 9
  br i1 %c5, label %more, label %done
more:
  ret i32 -1
done:
  ret i32 %o4
}

define i32 @sum31(i32 %a, i32 %b) {
  %x = trunc i32 %a to i31
  %y = trunc i32 %b to i31
  %s = call i31 @llvm.uadd.sat.i31(i31 %x, i31 %y)
  %r = zext i31 %s to i32
  ret i32 %r
}

define i64 @sum63(i64 %a, i64 %b) {
  %x = trunc i64 %a to i63
  %y = trunc i64 %b to i63
  %s = call i63 @llvm.uadd.sat.i63(i63 %x, i63 %y)
  %r = zext i63 %s to i64
  ret i64 %r
}

define i64 @difference63(i64 %a, i64 %b) {
  %x = trunc i64 %a to i63
  %y = trunc i64 %b to i63
  %s = call i63 @llvm.usub.sat.i63(i63 %x, i63 %y)
  %r = zext i63 %s to i64
  ret i64 %r
}

define i64 @sum100(i64 %a, i64 %b) {
  %wa = zext i64 %a to i100
  %wb = zext i64 %b to i100
  %x = shl i100 %wa, 36
  %y = shl i100 %wb, 36
  %s = call i100 @llvm.sadd.sat.i100(i100 %x, i100 %y)
  %h = lshr i100 %s, 36
  %r = trunc i100 %h to i64
  ret i64 %r
}

define i32 @overflows(ptr %sums, ptr %a, ptr %b) {
  %x = load <4 x i32>, ptr %a, align 4
  %y = load <4 x i32>, ptr %b, align 4
  %both = call { <4 x i32>, <4 x i1> } @llvm.uadd.with.overflow.v4i32(<4 x i32> %x, <4 x i32> %y)
  %s = extractvalue { <4 x i32>, <4 x i1> } %both, 0
  %o = extractvalue { <4 x i32>, <4 x i1> } %both, 1
  store <4 x i32> %s, ptr %sums, align 4
  %m = bitcast <4 x i1> %o to i4
  %r = zext i4 %m to i32
  ret i32 %r
}

declare i31 @llvm.uadd.sat.i31(i31, i31)
declare i63 @llvm.uadd.sat.i63(i63, i63)
declare i63 @llvm.usub.sat.i63(i63, i63)
declare i100 @llvm.sadd.sat.i100(i100, i100)
declare { <4 x i32>, <4 x i1> } @llvm.uadd.with.overflow.v4i32(<4 x i32>, <4 x i32>)
