package dev.tandem.cpu;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.tandem.schedule.Expression;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Writes the class of a {@link GeneratedKernel}: the loop that a person would write by hand for the
 * expression. Its inputs are the kernel's inputs, its scalars the values that are the same for all
 * elements, its results the outputs. {@link GeneratedOperators} writes the arithmetic.
 */
final class GeneratedCode {

  private static final String PACKAGE = GeneratedCode.class.getPackageName();
  private static final ClassDesc NAME = ClassDesc.of(PACKAGE, "GeneratedLoop");
  private static final ClassDesc KERNEL = describe(GeneratedKernel.class);
  private static final ClassDesc STRIP = describe(Strip.class);
  private static final ClassDesc OFF_HEAP = describe(OffHeap.class);
  static final ClassDesc LANES = describe(Lanes.class);
  private static final ClassDesc SEGMENT = describe(MemorySegment.class);
  static final ClassDesc SPECIES = describe(VectorSpecies.class);
  private static final ClassDesc ORDER = describe(ByteOrder.class);
  static final ClassDesc VECTOR = describe(FloatVector.class);

  /**
   * The JIT never draws a method of more bytecodes than this (FreqInlineSize) into its caller. That
   * is wanted here: a kernel that has not run yet and is drawn into a hot caller stays unoptimised
   * there, with every vector an object, for good.
   */
  private static final int TOO_LONG_TO_INLINE = 325;

  // the locals of the method
  private static final int OPERANDS = 1;
  private static final int COUNT = 2;

  private final Expression expression;
  private final CodeBuilder code;
  private final int[] registers; // the local of each register
  private final int[] segments; // of each input, then of each output, the local with its memory

  private GeneratedCode(Expression expression, CodeBuilder code) {
    this.expression = expression;
    this.code = code;
    this.registers = new int[expression.registers()];
    this.segments = new int[expression.inputs() + expression.results().size()];
  }

  /** Generates, loads and instantiates a kernel. Its class goes when the kernel does. */
  static GeneratedKernel compile(Expression expression) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      MethodHandles.Lookup loop = lookup.defineHiddenClass(write(expression), true);
      return (GeneratedKernel) loop.lookupClass().getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static byte[] write(Expression expression) {
    return ClassFile.of()
        .build(
            NAME,
            type -> {
              type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC);
              type.withInterfaceSymbols(KERNEL);
              type.withMethodBody(
                  ConstantDescs.INIT_NAME, ConstantDescs.MTD_void, 0, GeneratedCode::constructor);
              type.withMethodBody(
                  "run",
                  MethodTypeDesc.of(CD_void, STRIP.arrayType(), CD_int),
                  ClassFile.ACC_PUBLIC,
                  code -> new GeneratedCode(expression, code).method());
            });
  }

  private static void constructor(CodeBuilder code) {
    code.aload(0).invokespecial(CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
    code.return_();
  }

  private void method() {
    int inputs = expression.inputs();
    for (int i = 0; i < inputs; i++) {
      segments[i] = slice(i);
    }
    for (int i = 0; i < expression.results().size(); i++) {
      segments[inputs + i] = slice(inputs + expression.scalars() + i);
    }
    for (int register = inputs; register < inputs + expression.scalars(); register++) {
      registers[register] = loadUniform(register);
    }
    GeneratedOperators operators = new GeneratedOperators(code, expression);
    for (int i = 0; i < TOO_LONG_TO_INLINE; i++) {
      code.nop();
    }
    int index = code.allocateLocal(TypeKind.INT);
    Label again = code.newLabel();
    Label end = code.newLabel();
    code.iconst_0().istore(index);
    code.labelBinding(again).iload(index).iload(COUNT).if_icmpge(end);
    for (int input = 0; input < inputs; input++) {
      registers[input] = loadElements(segments[input], index);
    }
    for (int i = 0; i < expression.instructions().size(); i++) {
      operators.write(expression.instructions().get(i), registers);
      registers[expression.register(i)] = stored(code);
    }
    for (int i = 0; i < expression.results().size(); i++) {
      storeElements(registers[expression.results().get(i)], segments[inputs + i], index);
    }
    code.iinc(index, Lanes.LANES).goto_(again);
    code.labelBinding(end).return_();
  }

  /** Cuts out the memory of an operand, once and with its true length, and returns its local. */
  private int slice(int operand) {
    pushSegmentAndOffset(operand);
    pushBytes(COUNT);
    code.invokeinterface(SEGMENT, "asSlice", MethodTypeDesc.of(SEGMENT, CD_long, CD_long));
    return stored(code);
  }

  private void pushSegmentAndOffset(int operand) {
    code.aload(OPERANDS).loadConstant(operand).aaload().getfield(STRIP, "segment", SEGMENT);
    code.invokestatic(OFF_HEAP, "known", MethodTypeDesc.of(SEGMENT, SEGMENT));
    code.aload(OPERANDS).loadConstant(operand).aaload().getfield(STRIP, "offset", CD_long);
  }

  private int loadUniform(int operand) {
    code.getstatic(LANES, "SPECIES", SPECIES);
    pushSegmentAndOffset(operand);
    return loadedVector();
  }

  private int loadElements(int segment, int index) {
    code.getstatic(LANES, "SPECIES", SPECIES);
    code.aload(segment);
    pushBytes(index);
    return loadedVector();
  }

  private void pushBytes(int floats) {
    code.iload(floats).i2l().loadConstant(4L).lmul();
  }

  /** Loads from the species, the segment and the offset on the stack. */
  private int loadedVector() {
    code.getstatic(LANES, "ORDER", ORDER);
    code.invokestatic(
        VECTOR, "fromMemorySegment", MethodTypeDesc.of(VECTOR, SPECIES, SEGMENT, CD_long, ORDER));
    return stored(code);
  }

  /** Moves the object on the stack into a local of its own. */
  static int stored(CodeBuilder code) {
    int local = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(local);
    return local;
  }

  private void storeElements(int vector, int segment, int index) {
    code.aload(vector).aload(segment);
    pushBytes(index);
    code.getstatic(LANES, "ORDER", ORDER);
    code.invokevirtual(
        VECTOR, "intoMemorySegment", MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER));
  }

  static ClassDesc describe(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }
}
