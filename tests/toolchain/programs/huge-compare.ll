; What the optimiser makes of runs of packed bit-fields: comparisons of integers beyond 128 bits.
target triple = "aarch64-unknown-linux-gnu"

define i32 @unsigned168(ptr %a, ptr %b) {
  %x = load i168, ptr %a, align 8
  %y = load i168, ptr %b, align 8
  %c0 = icmp eq i168 %x, %y
  %z0 = zext i1 %c0 to i32
  %c1 = icmp ult i168 %x, %y
  %z1 = zext i1 %c1 to i32
  %s1 = shl i32 %z1, 1
  %o1 = or i32 %z0, %s1
  %c2 = icmp ule i168 %x, %y
  %z2 = zext i1 %c2 to i32
  %s2 = shl i32 %z2, 2
  %o2 = or i32 %o1, %s2
  %c3 = icmp ugt i168 %x, %y
  %z3 = zext i1 %c3 to i32
  %s3 = shl i32 %z3, 3
  %o3 = or i32 %o2, %s3
  %c4 = icmp uge i168 %x, %y
  %z4 = zext i1 %c4 to i32
  %s4 = shl i32 %z4, 4
  %o4 = or i32 %o3, %s4
  %c5 = icmp ne i168 %x, %y
  %z5 = zext i1 %c5 to i32
  %s5 = shl i32 %z5, 5
  %o5 = or i32 %o4, %s5
  %c6 = icmp eq i168 %x, 5
  %z6 = zext i1 %c6 to i32
  %s6 = shl i32 %z6, 6
  %o6 = or i32 %o5, %s6
  %c7 = icmp ugt i168 %x, 1427247692705959881058285969449495136382746624
  %z7 = zext i1 %c7 to i32
  %s7 = shl i32 %z7, 7
  %o7 = or i32 %o6, %s7
  ret i32 %o7
}

define i32 @signed200(ptr %a, ptr %b) {
  %x = load i200, ptr %a, align 8
  %y = load i200, ptr %b, align 8
  %c0 = icmp eq i200 %x, %y
  %z0 = zext i1 %c0 to i32
  %c1 = icmp slt i200 %x, %y
  %z1 = zext i1 %c1 to i32
  %s1 = shl i32 %z1, 1
  %o1 = or i32 %z0, %s1
  %c2 = icmp sle i200 %x, %y
  %z2 = zext i1 %c2 to i32
  %s2 = shl i32 %z2, 2
  %o2 = or i32 %o1, %s2
  %c3 = icmp sgt i200 %x, %y
  %z3 = zext i1 %c3 to i32
  %s3 = shl i32 %z3, 3
  %o3 = or i32 %o2, %s3
  %c4 = icmp sge i200 %x, %y
  %z4 = zext i1 %c4 to i32
  %s4 = shl i32 %z4, 4
  %o4 = or i32 %o3, %s4
  %c5 = icmp eq i200 %x, -5
  %z5 = zext i1 %c5 to i32
  %s5 = shl i32 %z5, 5
  %o5 = or i32 %o4, %s5
  %c6 = icmp sgt i200 %x, -1427247692705959881058285969449495136382746624
  %z6 = zext i1 %c6 to i32
  %s6 = shl i32 %z6, 6
  %o6 = or i32 %o5, %s6
  %c7 = icmp slt i200 %x, 0
  %z7 = zext i1 %c7 to i32
  %s7 = shl i32 %z7, 7
  %o7 = or i32 %o6, %s7
  ret i32 %o7
}

define i32 @unsigned192(ptr %a, ptr %b) {
  %x = load i192, ptr %a, align 8
  %y = load i192, ptr %b, align 8
  %c0 = icmp eq i192 %x, %y
  %z0 = zext i1 %c0 to i32
  %c1 = icmp ult i192 %x, %y
  %z1 = zext i1 %c1 to i32
  %s1 = shl i32 %z1, 1
  %o1 = or i32 %z0, %s1
  %c2 = icmp uge i192 %x, %y
  %z2 = zext i1 %c2 to i32
  %s2 = shl i32 %z2, 2
  %o2 = or i32 %o1, %s2
  %c3 = icmp ne i192 %x, 0
  %z3 = zext i1 %c3 to i32
  %s3 = shl i32 %z3, 3
  %o3 = or i32 %o2, %s3
  ret i32 %o3
}
