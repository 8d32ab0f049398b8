package dev.tandem.gpu;

import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Operand;
import dev.tandem.schedule.Schedule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.cublas.CuBlas;
import uk.ac.manchester.tornado.cublas.CuBlasOptions;
import uk.ac.manchester.tornado.cublas.enums.CuBlasMathMode;
import uk.ac.manchester.tornado.cublas.enums.CuBlasOperation;

/**
 * A matmul by NVIDIA's library, with its epilogue as one elementwise kernel behind it. The library
 * is given whole arrays, so matrices that would lie among others get arrays of their own; what it
 * cannot do is left to {@link MatmulKernel}. {@link CublasCall} has the arithmetic.
 */
final class CublasMatmul {

  /** Those of the longer of the two calls. */
  static final int ARGUMENTS = 17;

  /** Besides these a kernel is given the product, the output and both matrices. */
  private static final int MAX_OPERANDS = TaskBuilder.MAX_ARRAYS - 4;

  private CublasMatmul() {}

  /** The call for a matmul, or null if the library cannot do it, wherever its matrices lie. */
  private static @Nullable CublasCall call(Kernel.Matmul kernel) {
    boolean fits =
        kernel.left().offset() == 0
            && kernel.right().offset() == 0
            && kernel.epilogue().inputs().size() <= MAX_OPERANDS;
    return fits ? CublasCall.of(kernel) : null;
  }

  /** Whether the product may be written where the result belongs. */
  private static boolean isPlain(Kernel.Matmul kernel) {
    return kernel.epilogue().expression().isIdentity() && kernel.output().offset() == 0;
  }

  /** The slots that need arrays of their own. */
  static Set<Integer> wholeSlots(Schedule schedule) {
    Set<Integer> slots = new HashSet<>();
    for (Kernel kernel : schedule.kernels()) {
      if (kernel instanceof Kernel.Matmul matmul && call(matmul) != null) {
        slots.add(matmul.left().slot());
        slots.add(matmul.right().slot());
        if (isPlain(matmul)) {
          slots.add(matmul.output().slot());
        }
      }
    }
    return slots;
  }

  /** Adds the tasks of a matmul if the library can do it, and says whether. */
  static boolean add(Kernel.Matmul kernel, MatmulLibrary library, ProgramBuilder program) {
    CublasCall call = call(kernel);
    Placement placement = program.placement();
    if (call == null
        || !placement.isWhole(kernel.left().slot())
        || !placement.isWhole(kernel.right().slot())) {
      return false;
    }
    boolean plain = isPlain(kernel) && placement.isWhole(kernel.output().slot());
    int[] arrays = {
      placement.place(kernel.right().slot()).array(),
      placement.place(kernel.left().slot()).array(),
      plain
          ? placement.place(kernel.output().slot()).array()
          : program.products(call.productElements())
    };
    program.add(new Task.Product(program.name("matmul"), call, library, arrays));
    if (plain) {
      sign(arrays, program);
    } else {
      addEpilogue(kernel, arrays, program);
    }
    return true;
  }

  /** The library knows nothing of receipts: a kernel without work has them to itself. */
  private static void sign(int[] arrays, ProgramBuilder program) {
    TaskBuilder task = program.task("matmul's receipt");
    task.touch(arrays[0]);
    task.touch(arrays[1]);
    task.wrote(arrays[2]);
    ArrivalKernel.finish(task);
  }

  private static void addEpilogue(Kernel.Matmul kernel, int[] arrays, ProgramBuilder program) {
    TaskBuilder task = program.task("matmul's epilogue");
    List<Window> inputs = new ArrayList<>();
    inputs.add(task.whole(arrays[2], Operand.contiguous(kernel.shape())));
    for (Operand operand : kernel.epilogue().inputs()) {
      inputs.add(task.read(operand));
    }
    Window output = task.write(kernel.output());
    task.touch(arrays[0]);
    task.touch(arrays[1]);
    ElementwiseKernel.finish(task, kernel.shape(), kernel.epilogue(), inputs, List.of(output));
  }

  /** The call as TornadoVM takes it. */
  static LibraryTaskDescriptor descriptor(
      Task.Product task, FloatArray right, FloatArray left, FloatArray product) {
    CublasCall call = task.call();
    int transa = operation(call.transposesA());
    int transb = operation(call.transposesB());
    LibraryTaskDescriptor descriptor =
        call.count() == 1
            ? CuBlas.cublasSgemm(
                transa,
                transb,
                call.m(),
                call.n(),
                call.k(),
                1,
                right,
                call.lda(),
                left,
                call.ldb(),
                0,
                product,
                call.ldc())
            : CuBlas.cublasSgemmStridedBatched(
                transa,
                transb,
                call.m(),
                call.n(),
                call.k(),
                1,
                right,
                call.lda(),
                call.strideA(),
                left,
                call.ldb(),
                call.strideB(),
                0,
                product,
                call.ldc(),
                call.strideC(),
                call.count());
    return task.library() == MatmulLibrary.CUBLAS_TF32
        ? descriptor.withTuning(
            new CuBlasOptions().withMathMode(CuBlasMathMode.CUBLAS_TF32_TENSOR_OP_MATH))
        : descriptor;
  }

  private static int operation(boolean transposes) {
    return (transposes ? CuBlasOperation.CUBLAS_OP_T : CuBlasOperation.CUBLAS_OP_N).operation();
  }
}
