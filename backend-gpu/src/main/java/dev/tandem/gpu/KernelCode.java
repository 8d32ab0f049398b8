package dev.tandem.gpu;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/**
 * Writes the body of one generated kernel: what the kernels of this package have in common. It
 * knows the parameters, the layout words, loops and addresses, and nothing of what is computed.
 *
 * <p>Methods named {@code push...} leave a value on the operand stack. Locals are slot numbers.
 *
 * <p>A kernel holds no sizes: it reads them from the {@link Layout}, so that one class serves every
 * shape, and its code on the device is the same text at every place of every schedule, which
 * drivers keep compiled. TornadoVM keeps what it knows of a class for ever.
 */
final class KernelCode {

  static final ClassDesc KERNEL_CONTEXT =
      ClassDesc.of("uk.ac.manchester.tornado.api.KernelContext");
  static final ClassDesc FLOAT_ARRAY =
      ClassDesc.of("uk.ac.manchester.tornado.api.types.arrays.FloatArray");
  static final ClassDesc INT_ARRAY =
      ClassDesc.of("uk.ac.manchester.tornado.api.types.arrays.IntArray");
  static final ClassDesc INTEGER = ClassDesc.of("java.lang.Integer");
  static final ClassDesc ELEMENT_FUNCTIONS = ClassDesc.of(ElementFunctions.class.getName());

  /** Parameters before the arrays: context, layout, inbox, outbox. */
  static final int FIRST_ARRAY = 4;

  private static final int CONTEXT = 0;
  private static final int LAYOUT = 1;
  private static final int INBOX = 2;
  private static final int OUTBOX = 3;

  private static final MethodTypeDesc GET_INT = MethodTypeDesc.of(CD_int, CD_int);
  private static final MethodTypeDesc GET_FLOAT = MethodTypeDesc.of(CD_float, CD_int);
  private static final MethodTypeDesc SET_FLOAT = MethodTypeDesc.of(CD_void, CD_int, CD_float);

  final CodeBuilder code;
  private final int negativeZero;

  KernelCode(CodeBuilder code) {
    this.code = code;
    this.negativeZero = floatLocal();
  }

  int intLocal() {
    return code.allocateLocal(TypeKind.INT);
  }

  int floatLocal() {
    return code.allocateLocal(TypeKind.FLOAT);
  }

  /** A new local that holds the int on the stack. */
  int storedInt() {
    int local = intLocal();
    code.istore(local);
    return local;
  }

  /** A new local that holds the float on the stack. */
  int storedFloat() {
    int local = floatLocal();
    code.fstore(local);
    return local;
  }

  /** One of the numbers that the host wrote into the layout for this kernel. */
  void pushWord(int word) {
    code.aload(LAYOUT).loadConstant(word);
    code.invokevirtual(INT_ARRAY, "get", GET_INT);
  }

  /** A new local with a number of the layout. */
  int word(int word) {
    pushWord(word);
    return storedInt();
  }

  /** {@code context.globalIdx}, {@code localIdx} or {@code groupIdx}, in a new local. */
  int index(String field) {
    code.aload(CONTEXT).getfield(KERNEL_CONTEXT, field, INTEGER);
    code.invokevirtual(INTEGER, "intValue", MethodTypeDesc.of(CD_int));
    return storedInt();
  }

  void barrier() {
    code.aload(CONTEXT).invokevirtual(KERNEL_CONTEXT, "localBarrier", MethodTypeDesc.of(CD_void));
  }

  /** A float array that the threads of a group share, in a new local. */
  int sharedFloats(int length) {
    int local = code.allocateLocal(TypeKind.REFERENCE);
    code.aload(CONTEXT).loadConstant(length);
    code.invokevirtual(
        KERNEL_CONTEXT, "allocateFloatLocalArray", MethodTypeDesc.of(CD_float.arrayType(), CD_int));
    code.astore(local);
    return local;
  }

  /** Puts the parameter with this array on the stack. */
  void pushArray(int array) {
    code.aload(parameter(array));
  }

  private static int parameter(int array) {
    return switch (array) {
      case Task.INBOX -> INBOX;
      case Task.OUTBOX -> OUTBOX;
      default -> FIRST_ARRAY + array;
    };
  }

  /** Replaces array and index on the stack by the element. */
  void get() {
    code.invokevirtual(FLOAT_ARRAY, "get", GET_FLOAT);
  }

  /** Takes array, index and value from the stack. */
  void set() {
    code.invokevirtual(FLOAT_ARRAY, "set", SET_FLOAT);
  }

  /** A scalar of the run. */
  void pushScalar(int scalar) {
    code.aload(INBOX).loadConstant(Inbox.FIRST_SCALAR + scalar);
    get();
  }

  /**
   * Rounds the product on the stack. Compilers may merge a multiplication with an addition that
   * follows, into one operation with one rounding. Adding a negative zero that they cannot know to
   * be one changes no value, and if it is merged, neither.
   */
  void roundProduct() {
    code.fload(negativeZero).fadd();
  }

  /** Makes the constant on the stack a number that the compiler does not know. */
  void hideConstant() {
    code.fload(negativeZero).fadd();
  }

  /**
   * What the first thread does besides: it signs the receipt of this kernel, reads the tails of
   * arrays that came from the host, and leaves the run's token in the tails of arrays that will go
   * there. The host compares them: TornadoVM does not report a launch or copy that failed.
   */
  void duties(Duties duties) {
    code.aload(INBOX).loadConstant(Inbox.NEGATIVE_ZERO);
    get();
    code.fstore(negativeZero);
    int thread = index("globalIdx");
    ifTrue(
        () -> code.iload(thread),
        Opcode.IFEQ,
        () -> {
          code.aload(INBOX).loadConstant(Inbox.TOKEN);
          get();
          pushWord(Layout.ONE);
          code.i2f().fmul();
          int token = storedFloat();
          code.aload(OUTBOX);
          pushWord(Layout.RECEIPT);
          code.fload(token);
          set();
          for (Duties.Arrival arrival : duties.arrivals()) {
            code.aload(OUTBOX);
            pushWord(arrival.receipt());
            pushArray(arrival.array());
            pushWord(arrival.tail());
            get();
            set();
          }
          for (Duties.Departure departure : duties.departures()) {
            pushArray(departure.array());
            pushWord(departure.tail());
            code.fload(token);
            set();
          }
        });
  }

  /** Writes {@code body} to run where the comparison of what {@code operands} pushed holds. */
  void ifTrue(Runnable operands, Opcode comparison, Runnable body) {
    Label then = code.newLabel();
    Label end = code.newLabel();
    operands.run();
    code.branch(comparison, then).goto_(end).labelBinding(then);
    body.run();
    code.labelBinding(end);
  }

  /** {@code for (; index < end; index += step) body}. */
  void loop(int index, int end, int step, Runnable body) {
    Label start = code.newBoundLabel();
    Label after = code.newLabel();
    code.iload(index).iload(end).if_icmpge(after);
    body.run();
    code.iinc(index, step).goto_(start).labelBinding(after);
  }

  /**
   * The coordinates of a running number in a space, row by row.
   *
   * @param number a local; destroyed
   * @param dimensions words with the size of each axis; that of the first is not read
   * @return a local for each axis
   */
  int[] coordinates(int number, List<Integer> dimensions) {
    int[] coordinates = new int[dimensions.size()];
    for (int axis = coordinates.length - 1; axis > 0; axis--) {
      int size = word(dimensions.get(axis));
      code.iload(number).iload(size).irem();
      coordinates[axis] = storedInt();
      code.iload(number).iload(size).idiv().istore(number);
    }
    if (coordinates.length > 0) {
      coordinates[0] = number;
    }
    return coordinates;
  }

  /** The address of an operand's element: its offset and a step along every axis. */
  void pushAddress(Window window, int[] coordinates) {
    pushWord(window.offset());
    for (int axis = 0; axis < coordinates.length; axis++) {
      int step = window.steps().get(axis);
      if (step == Window.STAYS) {
        continue;
      }
      code.iload(coordinates[axis]);
      if (step != Window.BY_ONE) {
        pushWord(step);
        code.imul();
      }
      code.iadd();
    }
  }

  /** The element of an operand at these coordinates. */
  void pushElement(Window window, int[] coordinates) {
    pushArray(window.array());
    pushAddress(window, coordinates);
    get();
  }

  /** Calls one of {@link ElementFunctions}. */
  void call(String function, int arguments) {
    ClassDesc[] parameters = new ClassDesc[arguments];
    java.util.Arrays.fill(parameters, CD_float);
    code.invokestatic(ELEMENT_FUNCTIONS, function, MethodTypeDesc.of(CD_float, parameters));
  }
}
