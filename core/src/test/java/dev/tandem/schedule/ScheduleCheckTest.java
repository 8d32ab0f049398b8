package dev.tandem.schedule;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.testing.ExpressionBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleCheckTest {

  private static final Body COPY_OF_INPUT = Body.copyOf(at(0, 1));

  private static Operand at(int slot, int... strides) {
    return new Operand(slot, 0, strides);
  }

  private static Kernel copy(int from, int to, int elements) {
    return new Kernel.Elementwise(
        new int[] {elements}, Body.copyOf(at(from, 1)), List.of(at(to, 1)));
  }

  /** One input and one output of 12 elements. */
  private static Schedule of(Kernel... kernels) {
    return new Schedule(
        List.of(kernels), new int[] {12}, new int[] {12}, new int[] {-1}, List.of(), 0, 1);
  }

  /** One input of 12 elements and one output that updates it. */
  private static Schedule updating(Kernel... kernels) {
    return new Schedule(
        List.of(kernels), new int[] {12}, new int[] {12}, new int[] {0}, List.of(), 0, 1);
  }

  /** The same as {@link #of} with two temporaries of 12 elements. */
  private static Schedule withTemporaries(long first, long second, Kernel... kernels) {
    return new Schedule(
        List.of(kernels),
        new int[] {12},
        new int[] {12},
        new int[] {-1},
        List.of(new Schedule.Temporary(first, 12), new Schedule.Temporary(second, 12)),
        32,
        0);
  }

  private static void refused(Schedule schedule, String message) {
    assertThatThrownBy(schedule::check)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static void accepted(Schedule schedule) {
    assertThatCode(schedule::check).doesNotThrowAnyException();
  }

  @Test
  void aCopyIsAccepted() {
    accepted(of(copy(0, 1, 12)));
  }

  @Test
  void theKernelIsNamed() {
    refused(of(copy(0, 1, 12), copy(0, 1, 13)), "kernel 1 (Elementwise)");
  }

  @Test
  void windowsMustLieInTheirSlots() {
    refused(of(copy(0, 1, 13)), "leaves its slot of 12 elements");
    Operand shifted = new Operand(1, 1, new int[] {1});
    refused(
        of(new Kernel.Elementwise(new int[] {12}, COPY_OF_INPUT, List.of(shifted))),
        "leaves its slot");
    refused(of(copy(2, 1, 12)), "names a slot that does not exist");
    refused(of(copy(0, 1, 12), copy(1, 0, 12)), "is an input slot");
  }

  @Test
  void iterationSpacesMustBeSimplified() {
    refused(
        of(
            new Kernel.Elementwise(
                new int[] {3, 4}, Body.copyOf(at(0, 4, 1)), List.of(at(1, 4, 1)))),
        "could be merged");
    refused(
        of(
            new Kernel.Elementwise(
                new int[] {12, 1}, Body.copyOf(at(0, 1, 1)), List.of(at(1, 1, 1)))),
        "has size 1");
    refused(
        of(new Kernel.Elementwise(new int[] {0}, COPY_OF_INPUT, List.of(at(1, 1)))), "has size 0");
  }

  @Test
  void everyAxisNeedsAStride() {
    refused(
        of(new Kernel.Elementwise(new int[] {12}, Body.copyOf(at(0)), List.of(at(1, 1)))),
        "a stride for each axis");
  }

  @Test
  void outputsMustNotOverlapThemselves() {
    refused(
        of(new Kernel.Elementwise(new int[] {12}, COPY_OF_INPUT, List.of(at(1, 0)))),
        "overlaps itself");
    refused(
        of(
            new Kernel.Elementwise(
                new int[] {3, 4}, Body.copyOf(at(0, 4, 1)), List.of(at(1, 1, 1)))),
        "overlaps itself");
  }

  @Test
  void registersMustExist() {
    Expression ahead =
        new Expression(1, 0, List.of(new Expression.Unary(UnaryOp.NEG, 1)), List.of(1));
    refused(
        of(
            new Kernel.Elementwise(
                new int[] {12}, new Body(ahead, List.of(at(0, 1)), new int[0]), List.of(at(1, 1)))),
        "register 1 is read where only 1 exist");
    Expression beyond = new Expression(1, 0, List.of(), List.of(1));
    refused(
        of(
            new Kernel.Elementwise(
                new int[] {12},
                new Body(beyond, List.of(at(0, 1)), new int[0]),
                List.of(at(1, 1)))),
        "register 1 is read where only 1 exist");
  }

  @Test
  void operandsScalarsAndResultsMustBeAsManyAsTheExpressionSays() {
    Expression add = ExpressionBuilder.of(BinaryOp.ADD);
    refused(
        of(
            new Kernel.Elementwise(
                new int[] {12}, new Body(add, List.of(at(0, 1)), new int[0]), List.of(at(1, 1)))),
        "1 operands for 2 input registers");
    Expression scalar = new Expression(0, 1, List.of(), List.of(0));
    refused(
        of(
            new Kernel.Elementwise(
                new int[] {12}, new Body(scalar, List.of(), new int[0]), List.of(at(1, 1)))),
        "0 scalars for 1 scalar registers");
    refused(
        of(
            new Kernel.Elementwise(
                new int[] {12}, new Body(scalar, List.of(), new int[] {1}), List.of(at(1, 1)))),
        "scalar 1 of a schedule with 1");
    refused(
        of(new Kernel.Elementwise(new int[] {12}, COPY_OF_INPUT, List.of())),
        "1 results for 0 outputs");
  }

  @Test
  void aReductionsOutputStandsStillAlongFoldedAxes() {
    refused(
        of(
            new Kernel.Reduction(
                new int[] {12}, new boolean[] {true}, ReduceOp.SUM, COPY_OF_INPUT, at(1, 1))),
        "needs stride 0 along the folded axis 0");
  }

  @Test
  void aMatmulsOutputHasNoGaps() {
    Kernel transposed =
        new Kernel.Matmul(
            new int[0], 2, 3, 2, at(0, 2, 1), at(0, 3, 1), Body.noEpilogue(), at(1, 1, 2));
    refused(of(transposed), "is not row-major without gaps");
  }

  @Test
  void slotsMustBeWrittenBeforeTheyAreRead() {
    refused(withTemporaries(0, 16, copy(2, 1, 12)), "read before any kernel has written it");
    refused(of(), "no kernel writes output 0");
  }

  @Test
  void whatIsWrittenIsApartFromWhatIsReadOrTheSameWindow() {
    accepted(updating(copy(0, 1, 12)));
    Operand tail = new Operand(0, 1, new int[] {1});
    refused(
        updating(new Kernel.Elementwise(new int[] {11}, Body.copyOf(tail), List.of(at(1, 1)))),
        "output %1[1] overlaps %0+1[1]");
    // every second element to the places between them
    Operand even = at(0, 2);
    Operand odd = new Operand(1, 1, new int[] {2});
    accepted(updating(new Kernel.Elementwise(new int[] {6}, Body.copyOf(even), List.of(odd))));
  }

  @Test
  void aMatmulMayOverwriteWhatItsEpilogueReadsButNotItsMatrices() {
    Expression add = ExpressionBuilder.of(BinaryOp.ADD);
    Operand weight = new Operand(0, 6, new int[] {3, 1});
    Operand output = new Operand(1, 6, new int[] {3, 1});
    Operand left = at(0, 1, 1);
    Operand right = at(0, 3, 1);
    accepted(
        updating(
            new Kernel.Matmul(
                new int[0],
                2,
                3,
                2,
                left,
                right,
                new Body(add, List.of(weight), new int[0]),
                output)));
    refused(
        updating(
            new Kernel.Matmul(new int[0], 2, 3, 2, left, right, Body.noEpilogue(), at(1, 3, 1))),
        "overlaps");
  }

  @Test
  void aReductionMayNotOverwriteWhatItReads() {
    Kernel rowSums =
        new Kernel.Reduction(
            new int[] {3, 4},
            new boolean[] {false, true},
            ReduceOp.SUM,
            Body.copyOf(at(0, 4, 1)),
            at(1, 4, 0));
    refused(updating(rowSums), "overlaps");
  }

  @Test
  void anUpdatedInputIsNotReadAgainWhereItChanged() {
    Operand front = new Operand(0, 0, new int[] {1});
    Kernel update = new Kernel.Elementwise(new int[] {6}, Body.copyOf(front), List.of(at(1, 1)));
    Operand back = new Operand(0, 6, new int[] {1});
    Kernel other =
        new Kernel.Elementwise(
            new int[] {6}, Body.copyOf(back), List.of(new Operand(1, 6, new int[] {1})));
    accepted(updating(update, other));
    refused(updating(update, update), "read after its input was updated in place");
  }

  @Test
  void updatesMustFitAndBeSingle() {
    refused(
        new Schedule(List.of(), new int[] {12}, new int[] {11}, new int[] {0}, List.of(), 0, 0),
        "has another size");
    refused(
        new Schedule(
            List.of(), new int[] {12}, new int[] {12, 12}, new int[] {0, 0}, List.of(), 0, 0),
        "updated twice");
    refused(
        new Schedule(List.of(), new int[] {12}, new int[] {12}, new int[0], List.of(), 0, 0),
        "0 updates for 1 outputs");
  }

  @Test
  void temporariesMustBeAlignedAndInsideTheBlock() {
    refused(withTemporaries(0, 8), "not aligned to 16 elements");
    refused(withTemporaries(0, 32), "leaves the block of 32");
  }

  @Test
  void temporariesShareMemoryOnlyAfterEachOther() {
    // the second begins with the kernel that last reads the first
    refused(
        withTemporaries(0, 0, copy(0, 2, 12), copy(2, 3, 12), copy(3, 1, 12)),
        "share memory while both are in use");
    refused(
        withTemporaries(0, 0, copy(0, 2, 12), copy(0, 3, 12), copy(2, 1, 12), copy(3, 1, 12)),
        "temporaries 1 and 0 share memory while both are in use");
    accepted(withTemporaries(0, 0, copy(0, 2, 12), copy(2, 1, 12), copy(0, 3, 12), copy(3, 1, 12)));
    accepted(withTemporaries(0, 16, copy(0, 2, 12), copy(2, 3, 12), copy(3, 1, 12)));
  }
}
