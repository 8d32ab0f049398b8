package dev.tandem.gpu;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes the classes of kernels, each once. A class holds the kernel, a static method named after
 * its kind, and what TornadoVM asks for: an {@code apply} that calls it. The classes are never
 * unloaded, since TornadoVM keeps them; there are as many as there are different sources, however
 * many shapes.
 */
final class KernelClasses {

  private static final ClassDesc NAME = ClassDesc.of(GeneratedKernel.class.getName());
  private static final ClassDesc KERNEL_CLASS = ClassDesc.of(KernelClass.class.getName());
  private static final ClassDesc TASK_GRAPH =
      ClassDesc.of("uk.ac.manchester.tornado.api.TaskGraph");
  private static final String FUNCTIONS =
      "uk.ac.manchester.tornado.api.common.TornadoFunctions$Task";
  private static final String[] PARAMETERS = {"context", "layout", "inbox", "outbox"};

  private record Key(KernelSource source, Duties duties, int arrays) {}

  private static final Map<Key, KernelClass> CLASSES = new ConcurrentHashMap<>();

  private KernelClasses() {}

  /**
   * The class of a kernel.
   *
   * @param arrays how many arrays it is given, inbox and outbox not counted
   */
  static KernelClass get(KernelSource source, Duties duties, int arrays) {
    return CLASSES.computeIfAbsent(new Key(source, duties, arrays), KernelClasses::define);
  }

  /** How many there are. */
  static int count() {
    return CLASSES.size();
  }

  private static KernelClass define(Key key) {
    byte[] bytes = write(key);
    KernelDump.dump(bytes);
    try {
      return new Loader().define(bytes).getConstructor().newInstance();
    } catch (ReflectiveOperationException impossible) {
      throw new AssertionError("a generated class without its constructor", impossible);
    }
  }

  /** A loader for one class, which has the name of another that the parent knows too. */
  private static final class Loader extends ClassLoader {

    Loader() {
      super("kernel", KernelClasses.class.getClassLoader());
    }

    Class<? extends KernelClass> define(byte[] bytes) {
      String name = GeneratedKernel.class.getName();
      return defineClass(name, bytes, 0, bytes.length).asSubclass(KernelClass.class);
    }
  }

  private static byte[] write(Key key) {
    int arguments = KernelCode.FIRST_ARRAY + key.arrays;
    ClassDesc function = ClassDesc.of(FUNCTIONS + arguments);
    return ClassFile.of()
        .build(
            NAME,
            it -> {
              it.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL);
              it.withInterfaceSymbols(KERNEL_CLASS, function);
              // first, so that the constants it uses have numbers below 256: TornadoVM reads one
              // byte
              writeApply(it, key, arguments);
              writeAddTo(it, function, arguments);
              writeConstructor(it);
              writeKernel(it, key);
            });
  }

  /** The name of the method, which becomes the name of the kernel on the device. */
  private static String name(KernelSource source) {
    String kind = source.getClass().getSimpleName().replace("Kernel", "");
    return "tandem" + kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1);
  }

  private static MethodTypeDesc kernelType(int arrays) {
    ClassDesc[] parameters = new ClassDesc[KernelCode.FIRST_ARRAY + arrays];
    java.util.Arrays.fill(parameters, KernelCode.FLOAT_ARRAY);
    parameters[0] = KernelCode.KERNEL_CONTEXT;
    parameters[1] = KernelCode.INT_ARRAY;
    return MethodTypeDesc.of(CD_void, parameters);
  }

  private static MethodTypeDesc objects(int count) {
    return MethodTypeDesc.of(CD_void, Collections.nCopies(count, CD_Object));
  }

  private static void writeApply(ClassBuilder type, Key key, int arguments) {
    type.withMethodBody(
        "apply",
        objects(arguments),
        ClassFile.ACC_PUBLIC,
        code -> {
          MethodTypeDesc kernel = kernelType(key.arrays);
          for (int i = 0; i < arguments; i++) {
            code.aload(i + 1).checkcast(kernel.parameterType(i));
          }
          code.invokestatic(NAME, name(key.source), kernel).return_();
        });
  }

  private static void writeAddTo(ClassBuilder type, ClassDesc function, int arguments) {
    type.withMethodBody(
        "addTo",
        MethodTypeDesc.of(CD_void, TASK_GRAPH, CD_String, CD_Object.arrayType()),
        ClassFile.ACC_PUBLIC,
        code -> {
          code.aload(1).aload(2).aload(0);
          for (int i = 0; i < arguments; i++) {
            code.aload(3).loadConstant(i).aaload();
          }
          MethodTypeDesc task =
              objects(arguments)
                  .insertParameterTypes(0, CD_String, function)
                  .changeReturnType(TASK_GRAPH);
          code.invokevirtual(TASK_GRAPH, "task", task).pop().return_();
        });
  }

  private static void writeConstructor(ClassBuilder type) {
    type.withMethodBody(
        ConstantDescs.INIT_NAME,
        ConstantDescs.MTD_void,
        ClassFile.ACC_PUBLIC,
        code ->
            code.aload(0)
                .invokespecial(CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .return_());
  }

  private static void writeKernel(ClassBuilder type, Key key) {
    type.withMethodBody(
        name(key.source),
        kernelType(key.arrays),
        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
        code -> {
          nameParameters(code, key.arrays);
          KernelCode kernel = new KernelCode(code);
          kernel.duties(key.duties);
          key.source.write(kernel);
          code.return_();
        });
  }

  /** TornadoVM takes the names of the kernel's parameters from this table, and fails without. */
  private static void nameParameters(CodeBuilder code, int arrays) {
    MethodTypeDesc type = kernelType(arrays);
    Label start = code.startLabel();
    Label end = code.endLabel();
    for (int i = 0; i < type.parameterCount(); i++) {
      String name = i < PARAMETERS.length ? PARAMETERS[i] : "array" + (i - PARAMETERS.length);
      code.localVariable(i, name, type.parameterType(i), start, end);
    }
  }
}
