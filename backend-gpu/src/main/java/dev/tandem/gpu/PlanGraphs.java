package dev.tandem.gpu;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The task graphs of a plan. {@code main} runs the program; where it is longer than {@link
 * GraphLimits} allows, it is a chain of graphs that hand their arrays on. {@code load} copies the
 * seats that stay on the device, when they have changed on the host: it is a graph of its own
 * because TornadoVM wants to know beforehand what is copied at every run.
 *
 * <p>The device's memory for an array belongs to one graph, which frees it; the others consume it
 * from the graph that ran before them. That is why each link of the chain passes on everything.
 */
final class PlanGraphs {

  private static final String LOAD = "load";

  private final Program program;
  private final PlanArrays arrays;
  private final List<List<Task>> parts;
  private final KernelContext context = new KernelContext();
  private final GridScheduler grids = new GridScheduler();
  private final int[]
      owner; // [array], number of the graph that its memory on the device belongs to
  private final BitSet used = new BitSet(); // arrays that tasks of main touch
  private final ImmutableTaskGraph[] graphs;

  PlanGraphs(Program program, PlanArrays arrays) {
    this.program = program;
    this.arrays = arrays;
    this.parts = GraphLimits.cut(program.main().tasks());
    this.owner = new int[program.placement().products() + 1];
    program.placement().staying().forEach(seat -> owner[seat.array()] = loadGraph());
    for (int part = 0; part < parts.size(); part++) {
      for (Task task : parts.get(part)) {
        for (int array : task.arrays()) {
          if (!used.get(array) && !stays(array)) {
            owner[array] = part;
          }
          used.set(array);
        }
      }
    }
    List<TaskGraph> made = new ArrayList<>();
    for (int part = 0; part < parts.size(); part++) {
      made.add(main(part));
    }
    if (!program.load().tasks().isEmpty()) {
      made.add(load());
    }
    this.graphs = made.stream().map(TaskGraph::snapshot).toArray(ImmutableTaskGraph[]::new);
  }

  /** All graphs: those of main in order, then that of load, if there is one. */
  ImmutableTaskGraph[] graphs() {
    return graphs;
  }

  GridScheduler grids() {
    return grids;
  }

  /** How many graphs main is. */
  int mainGraphs() {
    return parts.size();
  }

  /** The number of the graph that loads. */
  int loadGraph() {
    return parts.size();
  }

  /** The number of the graph through which an array can be fetched. */
  int owner(int array) {
    return owner[array];
  }

  private boolean stays(int array) {
    Seat seat = program.placement().seat(array);
    return seat != null && seat.stays();
  }

  private boolean arrives(int array) {
    Seat seat = program.placement().seat(array);
    return seat != null && seat.arrives();
  }

  private Object[] used(IntPredicate wanted) {
    return used.stream().filter(wanted).mapToObj(arrays::numbered).toArray();
  }

  private static String name(int part) {
    return "main" + part;
  }

  private TaskGraph main(int part) {
    TaskGraph graph = new TaskGraph(name(part));
    PlanArrays.Sent sent = arrays.main();
    if (part == 0) {
      consume(graph, LOAD, used(this::stays));
      graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, sent.inbox());
    } else {
      String before = name(part - 1);
      consume(graph, before, sent.inbox(), sent.outbox());
      consume(graph, before, used(array -> stays(array) || owner[array] < part));
    }
    transfer(graph, DataTransferMode.EVERY_EXECUTION, ownedBy(part, this::arrives));
    transfer(graph, DataTransferMode.UNDER_DEMAND, ownedBy(part, program.placement()::isTemporary));
    addTasks(graph, parts.get(part), sent);
    if (part == 0) {
      sendOutbox(graph, sent);
    }
    boolean last = part == parts.size() - 1;
    persist(graph, ownedBy(part, array -> !last || isOutput(array)));
    return graph;
  }

  private boolean isOutput(int array) {
    return !program.placement().isTemporary(array) && !arrives(array);
  }

  private Object[] ownedBy(int part, IntPredicate wanted) {
    return used(array -> owner[array] == part && wanted.test(array));
  }

  /**
   * Of a single graph TornadoVM sends the outbox by itself; of a chain it is fetched at the end.
   */
  private void sendOutbox(TaskGraph graph, PlanArrays.Sent sent) {
    if (parts.size() == 1) {
      graph.transferToHost(DataTransferMode.EVERY_EXECUTION, sent.outbox());
    } else {
      persist(graph, sent.inbox(), sent.outbox());
    }
  }

  private TaskGraph load() {
    Object[] staying =
        program.placement().staying().stream().map(it -> arrays.numbered(it.array())).toArray();
    TaskGraph graph = new TaskGraph(LOAD);
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, arrays.load().inbox());
    graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, staying);
    addTasks(graph, program.load().tasks(), arrays.load());
    graph.transferToHost(DataTransferMode.EVERY_EXECUTION, arrays.load().outbox());
    graph.persistOnDevice(staying);
    return graph;
  }

  private static void consume(TaskGraph graph, String from, Object... objects) {
    if (objects.length > 0) {
      graph.consumeFromDevice(from, objects);
    }
  }

  private static void transfer(TaskGraph graph, int mode, Object... objects) {
    if (objects.length > 0) {
      graph.transferToDevice(mode, objects);
    }
  }

  private static void persist(TaskGraph graph, Object... objects) {
    if (objects.length > 0) {
      graph.persistOnDevice(objects);
    }
  }

  private void addTasks(TaskGraph graph, List<Task> tasks, PlanArrays.Sent sent) {
    for (int t = 0; t < tasks.size(); t++) {
      String id = "k" + t;
      switch (tasks.get(t)) {
        case Task.Launch launch -> add(graph, id, launch, sent);
        case Task.Product product -> add(graph, id, product);
      }
    }
  }

  private void add(TaskGraph graph, String id, Task.Launch task, PlanArrays.Sent sent) {
    IntArray layout = arrays.layout(task);
    graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, layout);
    Object[] arguments = new Object[KernelCode.FIRST_ARRAY + task.arrays().length];
    arguments[0] = context;
    arguments[1] = layout;
    arguments[2] = sent.inbox();
    arguments[3] = sent.outbox();
    for (int i = 0; i < task.arrays().length; i++) {
      arguments[KernelCode.FIRST_ARRAY + i] = arrays.numbered(task.arrays()[i]);
    }
    task.code().addTo(graph, id, arguments);
    WorkerGrid grid = new WorkerGrid1D(1);
    grid.setGlobalWork(task.grid().threads(), 1, 1);
    grid.setLocalWork(task.grid().group(), 1, 1);
    grids.addWorkerGrid(graph.getTaskGraphName() + "." + id, grid);
  }

  private void add(TaskGraph graph, String id, Task.Product task) {
    FloatArray[] matrices =
        IntStream.of(task.arrays()).mapToObj(arrays::numbered).toArray(FloatArray[]::new);
    graph.libraryTask(
        id, it -> it, CublasMatmul.descriptor(task, matrices[0], matrices[1], matrices[2]));
  }
}
