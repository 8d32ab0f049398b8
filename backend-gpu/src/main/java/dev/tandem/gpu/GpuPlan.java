package dev.tandem.gpu;

import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A program as an execution plan of TornadoVM, whose graphs {@link PlanGraphs} makes. It runs them,
 * and checks after each run that everything was really done.
 *
 * <p>Not safe for use by several threads.
 */
final class GpuPlan implements AutoCloseable {

  /** IEEE 754 as it is: TornadoVM's own choice treats NaN and infinity as impossible. */
  private static final String OPENCL_FLAGS = "-w";

  private static final int GREATEST_TOKEN = 1 << 24; // exact in a float

  private final Program program;
  private final PlanArrays arrays;
  private final PlanGraphs graphs;
  private final TornadoExecutionPlan plan;
  private final @Nullable GpuClock clock; // where times are to be measured
  private final float[] tails; // [array], what the tail on the device should be
  private @Nullable TornadoExecutionResult last;
  private int runs;

  /**
   * The plan of a program, not yet compiled by TornadoVM.
   *
   * @throws GpuFailure if TornadoVM refuses a kernel
   */
  static GpuPlan make(Program program, GpuSite site) {
    return GpuFailure.guard("compiling", () -> new GpuPlan(program, site));
  }

  private GpuPlan(Program program, GpuSite site) {
    this.program = program;
    this.clock = site.clock();
    this.arrays = new PlanArrays(program);
    this.graphs = new PlanGraphs(program, arrays);
    this.tails = new float[program.placement().seats().size() + 1];
    this.plan = new TornadoExecutionPlan(graphs.graphs());
    plan.withDevice(site.device().tornado());
    plan.withGridScheduler(graphs.grids());
    plan.withCompilerFlags(TornadoVMBackendType.OPENCL, OPENCL_FLAGS);
    if (site.settings().replays()) {
      plan.withCUDAGraph();
    }
    if (clock != null) {
      clock.attach(plan);
    }
  }

  /** The host's side of an array. */
  FloatArray array(int number) {
    return arrays.numbered(number);
  }

  FloatArray inbox() {
    return arrays.main().inbox();
  }

  FloatArray outbox() {
    return arrays.main().outbox();
  }

  /** How many graphs run the program. */
  int graphs() {
    return graphs.mainGraphs();
  }

  /** Whether a run has succeeded, so that everything is compiled. */
  boolean hasRun() {
    return last != null;
  }

  /** Copies the seats that stay to the device. */
  void load() {
    float token = nextToken();
    for (Seat seat : program.placement().staying()) {
      stamp(seat, token);
    }
    arrays.load().inbox().set(Inbox.TOKEN, token);
    execute(graphs.loadGraph(), "copying parameters");
    check(program.load(), arrays.load().outbox(), token);
  }

  /** Runs the program: brings the other seats and the inbox, and fetches the outbox. */
  void run() {
    float token = nextToken();
    for (Seat seat : program.placement().seats()) {
      if (seat.arrives() && !seat.stays()) {
        stamp(seat, token);
      }
    }
    inbox().set(Inbox.TOKEN, token);
    for (int graph = 0; graph < graphs.mainGraphs(); graph++) {
      last = execute(graph, "a run");
    }
    if (graphs.mainGraphs() > 1) {
      fetch(0, outbox(), "a run");
    }
    check(program.main(), outbox(), token);
    for (Seat seat : program.placement().seats()) {
      if (seat.departs()) {
        tails[seat.array()] = token;
      }
    }
  }

  /** Marks the values of a seat on the host, before they are copied to the device. */
  private void stamp(Seat seat, float token) {
    array(seat.array()).set(seat.tail(), token);
    tails[seat.array()] = token;
  }

  /** Brings an updated or output seat to the host's side of its array. */
  void fetch(Seat seat) {
    FloatArray array = array(seat.array());
    array.set(seat.tail(), 0);
    fetch(graphs.owner(seat.array()), array, "fetching");
    if (array.get(seat.tail()) != tails[seat.array()]) {
      throw GpuFailure.notDone("the copy of %,d elements to the host".formatted(seat.elements()));
    }
  }

  private void fetch(int graph, FloatArray array, String operation) {
    TornadoExecutionResult result = last;
    if (result == null) {
      throw new AssertionError("fetched before the first run");
    }
    GpuFailure.guard(
        operation,
        () -> {
          plan.withGraph(graph);
          return clock == null
              ? result.transferToHost(array)
              : clock.transfer(() -> result.transferToHost(array));
        });
  }

  private float nextToken() {
    runs = runs % (GREATEST_TOKEN - 1) + 1;
    return runs;
  }

  private TornadoExecutionResult execute(int graph, String operation) {
    TornadoExecutionResult result =
        GpuFailure.guard(operation, () -> plan.withGraph(graph).execute());
    if (clock != null) {
      clock.add(result);
    }
    return result;
  }

  /** Compares what the tasks have signed. */
  private void check(Program.Stage stage, FloatArray outbox, float token) {
    for (int i = 0; i < stage.receipts().size(); i++) {
      Program.Receipt receipt = stage.receipts().get(i);
      float expected = receipt.seat() == null ? token : tails[receipt.seat().array()];
      if (outbox.get(stage.firstReceipt() + i) != expected) {
        throw GpuFailure.notDone(receipt.of());
      }
    }
  }

  @Override
  public void close() {
    GpuFailure.guard(
        "freeing the device's memory",
        () -> {
          plan.withAllGraphs();
          plan.freeDeviceMemory();
          return plan;
        });
  }
}
