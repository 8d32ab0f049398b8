package dev.tandem.cpu;

import dev.tandem.schedule.Expression;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides for one prepared kernel, run by run, between the strips and the generated form; both give
 * the same bits. It starts with the strips, asks for kernels when these have taken long enough to
 * make it worthwhile, and lets the two compete on the real data when the kernels are ready. The
 * generated form stays if it makes no garbage and is not slower, and is watched from then on.
 */
final class GeneratedChoice {

  private enum State {
    STRIPS,
    WAITING,
    CONTEST,
    GENERATED,
    DROPPED
  }

  private static final int RUNS_BETWEEN_CONTESTS = 1000;
  private static final int RUNS_BETWEEN_LOOKS = 1024;

  /** A lost contest may be bad luck; after so many it is none. */
  private static final int MOST_CONTESTS = 5;

  /** A run is suspicious that takes this many times longer than usual, and more. */
  private static final int SUSPICIOUS = 3;

  private static final long SUSPICIOUS_NANOS = 1_000;

  /** So many suspicious runs in a row lead to a new contest; fewer happen on any busy machine. */
  private static final int MOST_SUSPICIONS = 5;

  /** What a step of a strip costs besides its elements. */
  private static final double NANOS_PER_STEP = 5;

  private final GeneratedKernels source;
  private final StripProgram program;
  private final StripMachine[] machines;
  private final Slots slots;
  private final double nanosPerRun;

  private State state;
  private double nanos; // that the strips took, about
  private @Nullable GeneratedStages stages;
  private GeneratedKernels.@Nullable Request[] requests = {}; // one for each stage
  private GeneratedSteps[] steps = {}; // one for each machine

  private boolean generated; // the form of the current run
  private boolean measured; // whether the current run is
  private int wait; // runs until something is to be done
  private int lost; // contests
  private int suspicions;
  private long usualNanos;
  private final GeneratedMeter meter;
  private GeneratedContest contest;

  /**
   * @param machines those that run the program; filled in when there is memory
   * @param nanosPerRun about how long the strips take
   */
  GeneratedChoice(
      GeneratedKernels source,
      StripProgram program,
      StripMachine[] machines,
      Slots slots,
      double nanosPerRun) {
    this.source = source;
    this.program = program;
    this.machines = machines;
    this.slots = slots;
    this.nanosPerRun = nanosPerRun + NANOS_PER_STEP * program.steps.length;
    this.meter = new GeneratedMeter(source.gauge());
    this.contest = new GeneratedContest(source.gauge());
    this.state = source.isOff() ? State.DROPPED : State.STRIPS;
  }

  /** Chooses the form of the run that is about to begin. */
  void begin() {
    switch (state) {
      case STRIPS -> {
        nanos += nanosPerRun;
        if (nanos > source.worthwhileNanos()) {
          ask();
        }
      }
      case WAITING -> {
        if (isAnswered()) {
          bind();
        }
      }
      case CONTEST -> {
        if (--wait < 0) {
          measured = true;
          use(contest.isGeneratedNext());
          contest.start();
        }
      }
      case GENERATED -> {
        if (--wait < 0) {
          measured = true;
          meter.start();
        }
      }
      case DROPPED -> {}
    }
  }

  /** Ends the run. */
  void end() {
    if (measured) {
      measured = false;
      if (state == State.CONTEST) {
        endOfRound();
      } else {
        endOfLook();
      }
    }
  }

  /** Whether the current run needs no strips: one kernel goes through all elements. */
  boolean isWhole() {
    return generated && stages != null && stages.isWhole();
  }

  private void ask() {
    GeneratedStages cut = new GeneratedStages(program, slots);
    stages = cut;
    requests = new GeneratedKernels.Request[cut.list().size()];
    for (int stage = 0; stage < requests.length; stage++) {
      Expression code = cut.list().get(stage).code();
      requests[stage] = code == null ? null : source.request(code);
    }
    state = State.WAITING;
  }

  private boolean isAnswered() {
    for (GeneratedKernels.Request request : requests) {
      if (request != null && !request.isAnswered()) {
        return false;
      }
    }
    return true;
  }

  /** Makes ready what became of the requests; a stage whose kernel was refused stays loops. */
  private void bind() {
    @Nullable GeneratedKernel[] kernels = new GeneratedKernel[requests.length];
    boolean any = false;
    for (int stage = 0; stage < kernels.length; stage++) {
      GeneratedKernels.Request request = requests[stage];
      kernels[stage] = request == null ? null : request.kernel();
      any |= kernels[stage] != null;
    }
    if (!any) {
      drop();
      return;
    }
    steps = new GeneratedSteps[machines.length];
    for (int i = 0; i < machines.length; i++) {
      steps[i] = machines[i].bind(Objects.requireNonNull(stages), kernels);
    }
    state = State.CONTEST;
  }

  /** Lets the coming runs take a form. */
  private void use(boolean generatedForm) {
    if (generated != generatedForm) {
      generated = generatedForm;
      for (int i = 0; i < machines.length; i++) {
        machines[i].use(generatedForm ? steps[i] : null);
      }
    }
  }

  private void endOfRound() {
    contest.stop();
    if (!contest.isOver()) {
      return;
    }
    GeneratedContest over = contest;
    contest = new GeneratedContest(source.gauge());
    if (over.isWon()) {
      use(true);
      state = State.GENERATED;
      usualNanos = over.nanosOfGenerated();
      wait = RUNS_BETWEEN_LOOKS;
    } else if (++lost == MOST_CONTESTS) {
      drop();
    } else {
      use(false);
      wait = RUNS_BETWEEN_CONTESTS;
    }
  }

  private void endOfLook() {
    meter.stop();
    boolean slow = meter.nanos() > SUSPICIOUS * usualNanos + SUSPICIOUS_NANOS;
    if (meter.bytes() == 0 && !slow) {
      suspicions = 0;
      wait = RUNS_BETWEEN_LOOKS;
    } else if (++suspicions == MOST_SUSPICIONS) {
      suspicions = 0;
      state = State.CONTEST;
    }
  }

  private void drop() {
    use(false);
    state = State.DROPPED;
    stages = null;
    requests = new GeneratedKernels.Request[0];
    steps = new GeneratedSteps[0];
  }
}
