package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.backend.BackendOptions;
import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Schedule;
import dev.tandem.schedule.UnaryOp;
import dev.tandem.testing.ExpressionBuilder;
import dev.tandem.testing.ScheduleBuilder;
import dev.tandem.testing.View;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.common.Access;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The tasks that a matmul becomes where cuBLAS is asked for. The library itself takes no part. */
final class CublasMatmulTest {

  private static final int SIZE = 64;
  private static final int ELEMENTS = SIZE * SIZE;

  /** Of two layers: tanh(x a + bias), a temporary, times b, the result as it is. */
  private static Schedule layers() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View x = View.of(builder.input(ELEMENTS), SIZE, SIZE);
    View a = View.of(builder.lasting(ELEMENTS), SIZE, SIZE).transpose();
    View bias = View.of(builder.lasting(SIZE), 1, SIZE).broadcastTo(SIZE, SIZE);
    View b = View.of(builder.lasting(ELEMENTS), SIZE, SIZE);
    View output = View.of(builder.output(ELEMENTS), SIZE, SIZE);
    View before = View.of(builder.temporary(1000), 1000);
    View hidden = View.of(builder.temporary(ELEMENTS), SIZE, SIZE);
    ExpressionBuilder layer = new ExpressionBuilder(2, 0);
    Expression epilogue =
        layer.results(layer.unary(UnaryOp.TANH, layer.binary(BinaryOp.ADD, 0, 1)));
    builder.elementwise(Expression.IDENTITY, before, View.of(0, 1000));
    builder.matmul(x, a, hidden, epilogue, new int[0], bias);
    return builder.matmul(hidden, b, output, Expression.IDENTITY, new int[0]).build();
  }

  private static List<String> names(Program program) {
    return program.main().tasks().stream().map(Task::name).toList();
  }

  private static Task.Product product(Program program, int task) {
    return (Task.Product) program.main().tasks().get(task);
  }

  @Test
  void aMatmulIsACallAndItsEpilogueOrItsReceipt() {
    Program program = ProgramBuilder.build(layers(), MatmulLibrary.CUBLAS);
    assertThat(names(program))
        .containsExactly(
            "elementwise 0", "matmul 1", "matmul's epilogue 2", "matmul 3", "matmul's receipt 4");
  }

  @Test
  void everyMatrixHasAnArrayForItself() {
    Program program = ProgramBuilder.build(layers(), MatmulLibrary.CUBLAS);
    Placement placement = program.placement();
    int hidden = placement.place(program.schedule().firstTemporary() + 1).array();
    assertThat(placement.isTemporary(hidden)).isTrue();
    assertThat(hidden).isNotEqualTo(Placement.TEMPORARIES);
    assertThat(placement.own()).containsExactly(ELEMENTS);
    assertThat(placement.block()).as("without it").isEqualTo(1008);
    assertThat(product(program, 1).arrays())
        .containsExactly(
            placement.place(1).array(), placement.place(0).array(), placement.products());
    assertThat(product(program, 3).arrays())
        .containsExactly(
            placement.place(3).array(),
            hidden,
            placement.place(program.schedule().firstOutput()).array());
    assertThat(program.products()).isEqualTo(ELEMENTS);
  }

  @Test
  void whatArrivesIsStillChecked() {
    Program own = ProgramBuilder.build(layers());
    Program library = ProgramBuilder.build(layers(), MatmulLibrary.CUBLAS);
    assertThat(seats(library)).isEqualTo(seats(own));
  }

  private static List<Seat> seats(Program program) {
    return program.main().receipts().stream()
        .map(Program.Receipt::seat)
        .filter(java.util.Objects::nonNull)
        .sorted(java.util.Comparator.comparingInt(Seat::array))
        .toList();
  }

  @Test
  void unaskedNothingChanges() {
    Program program = ProgramBuilder.build(layers());
    assertThat(names(program)).containsExactly("elementwise 0", "matmul 1", "matmul 2");
    assertThat(program.placement().own()).isEmpty();
    assertThat(program.products()).isZero();
  }

  @Test
  void smallMatricesThatTravelTogetherAreLeftToTheOwnKernel() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View x = View.of(builder.input(12), 3, 4);
    View y = View.of(builder.input(20), 4, 5);
    View output = View.of(builder.output(15), 3, 5);
    Schedule schedule = builder.matmul(x, y, output, Expression.IDENTITY, new int[0]).build();
    Program program = ProgramBuilder.build(schedule, MatmulLibrary.CUBLAS);
    assertThat(names(program)).containsExactly("matmul 0");
    assertThat(program.main().tasks().getFirst()).isInstanceOf(Task.Launch.class);
  }

  private static LibraryTaskDescriptor descriptor(MatmulLibrary library) {
    Task.Product task = product(ProgramBuilder.build(layers(), library), 1);
    FloatArray[] arrays = {new FloatArray(16), new FloatArray(16), new FloatArray(16)};
    LibraryTaskDescriptor made = CublasMatmul.descriptor(task, arrays[0], arrays[1], arrays[2]);
    assertThat(made.getParameters()[6]).isSameAs(arrays[0]);
    assertThat(made.getParameters()[8]).isSameAs(arrays[1]);
    assertThat(made.getParameters()[11]).isSameAs(arrays[2]);
    return made;
  }

  @Test
  void theCallHasItsArgumentsInTheLibrarysOrder() {
    LibraryTaskDescriptor made = descriptor(MatmulLibrary.CUBLAS);
    assertThat(made.getFunctionName()).isEqualTo("cublasSgemm");
    Object[] arguments = made.getParameters();
    // transposed right matrix, rows of the left one
    assertThat(List.of(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]))
        .containsExactly(1, 0, SIZE, SIZE, SIZE);
    assertThat(List.of(arguments[5], arguments[7], arguments[9], arguments[10], arguments[12]))
        .containsExactly(1f, SIZE, SIZE, 0f, SIZE);
    assertThat(made.getAccess()[11]).isEqualTo(Access.WRITE_ONLY);
    assertThat(arguments.length).isLessThanOrEqualTo(CublasMatmul.ARGUMENTS);
  }

  @Test
  void tensorCoresAreUsedOnlyWhenAskedFor() {
    assertThat(descriptor(MatmulLibrary.CUBLAS).getTuning()).isNull();
    assertThat(descriptor(MatmulLibrary.CUBLAS_TF32).getTuning())
        .extracting("mathMode")
        .hasToString("CUBLAS_TF32_TENSOR_OP_MATH");
  }

  /** As far as it gets without NVIDIA: TornadoVM takes the graph and refuses to run it. */
  @Test
  void aDeviceWithoutTheLibraryIsAFailureAndNoWrongResult() {
    GpuForTests.open(BackendOptions.DEFAULT).close();
    GpuDevice device = GpuDevices.find().usable().getFirst();
    Assumptions.assumeFalse(
        device.tornado().getTornadoVMBackend() == TornadoVMBackendType.CUDA, "it has the library");
    Program program = ProgramBuilder.build(layers(), MatmulLibrary.CUBLAS);
    try (GpuPlan plan = GpuPlan.make(program, GpuForTests.site(device))) {
      plan.load();
      assertThatThrownBy(plan::run).isInstanceOf(GpuFailure.class).hasMessageContaining("a run");
    }
  }
}
