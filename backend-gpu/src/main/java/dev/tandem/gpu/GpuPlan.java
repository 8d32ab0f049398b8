package dev.tandem.gpu;

import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A program with its arrays, as an execution plan of TornadoVM. It has two task graphs, because
 * TornadoVM decides when a graph is made what is copied at every run: {@code main} runs the
 * program, {@code load} copies the seats that stay on the device, when they have changed on the
 * host. The device's memory for those belongs to {@code load}, and {@code main} consumes it.
 *
 * <p>Not safe for use by several threads.
 */
final class GpuPlan implements AutoCloseable {

  private static final String LOAD = "load";
  private static final String MAIN = "main";
  private static final int MAIN_GRAPH = 0;
  private static final int LOAD_GRAPH = 1;

  /** IEEE 754 as it is: TornadoVM's own choice treats NaN and infinity as impossible. */
  private static final String OPENCL_FLAGS = "-w";

  private static final int GREATEST_TOKEN = 1 << 24; // exact in a float

  private final Program program;
  private final FloatArray[] arrays; // by number
  private final IntArray layout;
  private final Sent main;
  private final Sent load;
  private final BitSet used; // arrays that tasks of main touch
  private final KernelContext context = new KernelContext();
  private final GridScheduler grids = new GridScheduler();
  private final TornadoExecutionPlan plan;
  private final @Nullable GpuClock clock; // where times are to be measured
  private final float[] tails; // [array], what the tail on the device should be
  private @Nullable TornadoExecutionResult last;
  private int runs;

  /** The arrays that travel with every run of a graph. */
  private record Sent(FloatArray inbox, FloatArray outbox) {
    Sent(int inboxSize, int outboxSize) {
      this(new FloatArray(inboxSize), new FloatArray(Math.max(1, outboxSize)));
      inbox.set(Inbox.NEGATIVE_ZERO, -0f);
    }
  }

  /**
   * The plan of a program, not yet compiled by TornadoVM.
   *
   * @throws GpuFailure if TornadoVM refuses a kernel
   */
  static GpuPlan make(Program program, GpuDevice device, @Nullable GpuClock clock) {
    return GpuFailure.guard("compiling", () -> new GpuPlan(program, device, clock));
  }

  private GpuPlan(Program program, GpuDevice device, @Nullable GpuClock clock) {
    this.program = program;
    this.clock = clock;
    List<Seat> seats = program.placement().seats();
    arrays = new FloatArray[seats.size() + 1];
    arrays[Placement.TEMPORARIES] =
        new FloatArray(Math.toIntExact(Math.max(16, program.temporaries())));
    for (Seat seat : seats) {
      arrays[seat.array()] = new FloatArray(seat.length());
    }
    tails = new float[arrays.length];
    layout = new IntArray(Math.max(1, program.layout().size()));
    for (int i = 0; i < program.layout().size(); i++) {
      layout.set(i, program.layout().get(i));
    }
    main = new Sent(program.placement().inboxSize(), program.main().outboxSize());
    load = new Sent(16, program.load().outboxSize());
    used = new BitSet();
    for (Task task : program.main().tasks()) {
      for (int array : task.arrays()) {
        used.set(array);
      }
    }
    TaskGraph mainGraph = mainGraph();
    plan =
        program.load().tasks().isEmpty()
            ? new TornadoExecutionPlan(mainGraph.snapshot())
            : new TornadoExecutionPlan(mainGraph.snapshot(), loadGraph().snapshot());
    plan.withDevice(device.tornado());
    plan.withGridScheduler(grids);
    plan.withCompilerFlags(TornadoVMBackendType.OPENCL, OPENCL_FLAGS);
    if (clock != null) {
      clock.attach(plan);
    }
  }

  private TaskGraph mainGraph() {
    TaskGraph graph = new TaskGraph(MAIN);
    Object[] staying = seats(Seat::stays);
    if (staying.length > 0) {
      graph.consumeFromDevice(LOAD, staying);
    }
    graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, layout);
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, main.inbox);
    Object[] arriving = seats(seat -> seat.arrives() && !seat.stays());
    if (arriving.length > 0) {
      graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, arriving);
    }
    if (used.get(Placement.TEMPORARIES)) {
      graph.transferToDevice(DataTransferMode.UNDER_DEMAND, arrays[Placement.TEMPORARIES]);
    }
    addTasks(graph, program.main(), main);
    graph.transferToHost(DataTransferMode.EVERY_EXECUTION, main.outbox);
    Object[] leaving = seats(seat -> !seat.arrives());
    if (leaving.length > 0) {
      graph.transferToHost(DataTransferMode.UNDER_DEMAND, leaving);
    }
    return graph;
  }

  private TaskGraph loadGraph() {
    Object[] staying = seats(Seat::stays);
    TaskGraph graph = new TaskGraph(LOAD);
    graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, layout);
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, load.inbox);
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, staying);
    addTasks(graph, program.load(), load);
    graph.transferToHost(DataTransferMode.EVERY_EXECUTION, load.outbox);
    graph.persistOnDevice(staying);
    return graph;
  }

  private Object[] seats(Predicate<Seat> wanted) {
    return program.placement().seats().stream()
        .filter(seat -> used.get(seat.array()))
        .filter(wanted)
        .map(seat -> arrays[seat.array()])
        .toArray();
  }

  private void addTasks(TaskGraph graph, Program.Stage stage, Sent sent) {
    for (int t = 0; t < stage.tasks().size(); t++) {
      Task task = stage.tasks().get(t);
      Object[] arguments = new Object[KernelCode.FIRST_ARRAY + task.arrays().length];
      arguments[0] = context;
      arguments[1] = layout;
      arguments[2] = task.base();
      arguments[3] = sent.inbox;
      arguments[4] = sent.outbox;
      for (int i = 0; i < task.arrays().length; i++) {
        arguments[KernelCode.FIRST_ARRAY + i] = arrays[task.arrays()[i]];
      }
      String id = "k" + t;
      task.code().addTo(graph, id, arguments);
      WorkerGrid grid = new WorkerGrid1D(1);
      grid.setGlobalWork(task.grid().threads(), 1, 1);
      grid.setLocalWork(task.grid().group(), 1, 1);
      grids.addWorkerGrid(graph.getTaskGraphName() + "." + id, grid);
    }
  }

  /** The host's side of an array. */
  FloatArray array(int number) {
    return arrays[number];
  }

  FloatArray inbox() {
    return main.inbox;
  }

  FloatArray outbox() {
    return main.outbox;
  }

  /** Copies the seats that stay to the device. */
  void load() {
    float token = nextToken();
    for (Seat seat : program.placement().staying()) {
      arrays[seat.array()].set(seat.tail(), token);
      tails[seat.array()] = token;
    }
    load.inbox.set(Inbox.TOKEN, token);
    execute(LOAD_GRAPH, "copying parameters");
    check(program.load(), load, token);
  }

  /** Runs the program: brings the other seats and the inbox, and fetches the outbox. */
  void run() {
    if (program.main().tasks().isEmpty()) {
      return;
    }
    float token = nextToken();
    for (Seat seat : program.placement().seats()) {
      if (seat.arrives() && !seat.stays()) {
        arrays[seat.array()].set(seat.tail(), token);
        tails[seat.array()] = token;
      }
    }
    main.inbox.set(Inbox.TOKEN, token);
    last = execute(MAIN_GRAPH, "a run");
    check(program.main(), main, token);
    for (Seat seat : program.placement().seats()) {
      if (seat.stays() || !seat.arrives()) {
        tails[seat.array()] = token;
      }
    }
  }

  /** Brings an updated or output seat to the host's side of its array. */
  void fetch(Seat seat) {
    FloatArray array = arrays[seat.array()];
    array.set(seat.tail(), 0);
    TornadoExecutionResult result = last;
    if (result == null) {
      throw new AssertionError("fetched before the first run");
    }
    int owner = seat.stays() ? LOAD_GRAPH : MAIN_GRAPH; // of the device's memory
    GpuFailure.guard(
        "fetching",
        () -> {
          plan.withGraph(owner);
          return clock == null
              ? result.transferToHost(array)
              : clock.transfer(() -> result.transferToHost(array));
        });
    if (array.get(seat.tail()) != tails[seat.array()]) {
      throw new GpuFailure("the copy of %,d elements to the host".formatted(seat.elements()));
    }
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
  private void check(Program.Stage stage, Sent sent, float token) {
    for (int i = 0; i < stage.receipts().size(); i++) {
      Program.Receipt receipt = stage.receipts().get(i);
      float expected = receipt.seat() == null ? token : tails[receipt.seat().array()];
      if (sent.outbox.get(stage.firstReceipt() + i) != expected) {
        throw new GpuFailure(receipt.of());
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
