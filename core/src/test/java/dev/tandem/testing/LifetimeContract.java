package dev.tandem.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.Buffer;
import dev.tandem.backend.Executable;
import dev.tandem.backend.MemoryLimitException;
import dev.tandem.reference.ReferenceBackend;
import dev.tandem.schedule.BinaryOp;
import dev.tandem.schedule.Expression;
import dev.tandem.schedule.Schedule;
import java.lang.foreign.MemorySegment;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Opening, running with the wrong things, closing, and use after that. */
public interface LifetimeContract extends Subject {

  /** Three inputs of 4, 4 and 5 elements; the first is updated, an output of 5 is computed. */
  private static Schedule example() {
    ScheduleBuilder builder = new ScheduleBuilder();
    View a = View.of(builder.input(4), 4);
    View b = View.of(builder.input(4), 4);
    View c = View.of(builder.input(5), 5);
    View updated = View.of(builder.update(a.slot()), 4);
    View copy = View.of(builder.output(5), 5);
    builder.scalar();
    builder.elementwise(ExpressionBuilder.of(BinaryOp.ADD), updated, a, b);
    return builder.elementwise(Expression.IDENTITY, copy, c).build();
  }

  @Test
  default void nameAndDeviceAreKnown() {
    assertThat(backend().name()).isNotBlank();
    assertThat(backend().device().id()).startsWith(backend().name());
    assertThat(backend().device().name()).isNotBlank();
  }

  @Test
  default void runningWithWrongArgumentsIsRefused() {
    Schedule schedule = example();
    try (Executable executable = backend().compile(schedule);
        Buffer a = Buffers.of(backend(), 1, 2, 3, 4);
        Buffer b = Buffers.of(backend(), 10, 20, 30, 40);
        Buffer c = Buffers.of(backend(), 1, 2, 3, 4, 5);
        Buffer o = backend().allocate(5);
        Backend other = ReferenceBackend.inFloatPrecision();
        Buffer foreign = other.allocate(4)) {
      Buffer closed = backend().allocate(4);
      closed.close();
      Buffer[] in = {a, b, c};
      Buffer[] out = {a, o};
      float[] scalars = {0};
      refused(() -> executable.run(new Buffer[] {a, b}, out, scalars), "3");
      refused(() -> executable.run(in, new Buffer[] {a}, scalars), "2");
      refused(() -> executable.run(in, out, new float[2]), "scalar");
      refused(() -> executable.run(new Buffer[] {a, c, c}, out, scalars), "elements");
      refused(() -> executable.run(in, new Buffer[] {a, b}, scalars), "");
      refused(() -> executable.run(in, new Buffer[] {b, o}, scalars), "");
      refused(() -> executable.run(in, new Buffer[] {a, c}, scalars), "");
      refused(() -> executable.run(new Buffer[] {a, foreign, c}, out, scalars), "another backend");
      assertThatThrownBy(() -> executable.run(new Buffer[] {a, closed, c}, out, scalars))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
      // none of these attempts has changed anything
      executable.run(in, out, scalars);
      assertThat(Buffers.contents(a)).containsExactly(11, 22, 33, 44);
      assertThat(Buffers.contents(o)).containsExactly(1, 2, 3, 4, 5);
      // nor does a run that was right make the next one so
      for (int attempt = 0; attempt < 2; attempt++) {
        refused(() -> executable.run(in, new Buffer[] {b, o}, scalars), "");
        refused(() -> executable.run(in, new Buffer[] {a, c}, scalars), "");
      }
      executable.run(in, out, scalars);
      assertThat(Buffers.contents(a)).containsExactly(21, 42, 63, 84);
      in[1] = Buffers.of(backend(), 0, 0, 0, 0);
      executable.run(in, out, scalars);
      in[1].close();
      assertThatThrownBy(() -> executable.run(in, out, scalars))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
  }

  private static void refused(ThrowingCallable run, String message) {
    assertThatThrownBy(run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("run")
        .hasMessageContaining(message);
  }

  @Test
  default void aClosedExecutableIsRefused() {
    KernelCase relay = WholeCases.relay(50_001);
    Executable executable = backend().compile(relay.schedule());
    try (KernelCase.Bound bound = relay.bind(backend())) {
      executable.close();
      executable.close();
      assertThatThrownBy(() -> executable.run(bound.inputs(), bound.outputs(), new float[0]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
  }

  @Test
  default void temporariesAreCountedAndGivenBack() {
    KernelCase relay = WholeCases.relay(50_001);
    try (Backend fresh = open(BackendOptions.DEFAULT)) {
      long before = fresh.memory().live();
      Executable executable = fresh.compile(relay.schedule());
      assertThat(fresh.memory().live())
          .isGreaterThanOrEqualTo(before + 4 * relay.schedule().temporaryBlock());
      executable.close();
      assertThat(fresh.memory().live()).isEqualTo(before);
    }
  }

  @Test
  default void temporariesAboveTheLimitAreRefused() {
    int elements = 32 << 20;
    ScheduleBuilder builder = new ScheduleBuilder();
    View input = View.of(builder.input(1), 1).broadcastTo(elements);
    View output = View.of(builder.output(1), 1);
    View temporary = View.of(builder.temporary(elements), elements);
    builder.elementwise(Expression.IDENTITY, temporary, input);
    builder.elementwise(Expression.IDENTITY, output, temporary.slice(0, 0, 1, 1));
    Schedule schedule = builder.build();
    try (Backend limited = open(BackendOptions.DEFAULT.withMemoryLimit(64 << 20))) {
      assertThatThrownBy(() -> limited.compile(schedule))
          .isInstanceOf(MemoryLimitException.class)
          .hasMessageContaining("limit");
    }
  }

  @Test
  default void aClosedBackendRefusesEverything() {
    Backend closed = open(BackendOptions.DEFAULT);
    String name = closed.name();
    Buffer a = closed.allocate(4);
    Buffer b = closed.allocate(4);
    Buffer c = closed.allocate(5);
    Buffer o = closed.allocate(5);
    Executable executable = closed.compile(example());
    closed.close();
    closed.close();

    assertThat(closed.name()).isEqualTo(name);
    MemorySegment four = MemorySegment.ofArray(new float[4]);
    assertThat(a.isClosed()).isTrue();
    gone(closed::device);
    gone(closed::memory);
    gone(() -> closed.allocate(1));
    gone(() -> closed.compile(example()));
    gone(() -> closed.upload(four, a));
    gone(() -> closed.download(a, four));
    gone(() -> executable.run(new Buffer[] {a, b, c}, new Buffer[] {a, o}, new float[1]));
    a.close();
    executable.close();
  }

  private static void gone(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  default void twoBackendsOfOneKindKeepTheirBuffersApart() {
    Backend second = open(BackendOptions.DEFAULT);
    try (Backend first = open(BackendOptions.DEFAULT)) {
      Buffer ofFirst = Buffers.of(first, 1, 2);
      Buffer ofSecond = Buffers.of(second, 3, 4);
      assertThat(Buffers.contents(ofFirst)).containsExactly(1, 2);
      assertThatThrownBy(() -> first.upload(MemorySegment.ofArray(new float[2]), ofSecond))
          .isInstanceOf(IllegalArgumentException.class);
      second.close();
      assertThat(Buffers.contents(ofFirst)).containsExactly(1, 2);
    }
  }
}
