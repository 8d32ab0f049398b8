package dev.tandem.graph;

import dev.tandem.backend.Backend;
import dev.tandem.backend.Buffer;
import dev.tandem.backend.MemoryLimitException;
import dev.tandem.schedule.Schedule;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A backend with what belongs to the graphs that run on it: the lock, the walk, and the plans. This
 * is the one place where description becomes computation.
 *
 * <p>Threads may describe freely; computing and walking is done by one thread at a time.
 */
public final class Engine {

  private static final Map<Backend, Engine> ENGINES = new ConcurrentHashMap<>();
  private static final Node[] NO_NODES = {};

  private final Backend backend;
  private final ReentrantLock lock = new ReentrantLock();
  private final GraphOrder order = new GraphOrder();
  private final StructureKey key = new StructureKey();
  private final PlanCache plans = new PlanCache();
  private Node[] pending = new Node[8];
  private @Nullable Buffer[] pendingDestinations = new Buffer[8];
  private long runs;
  private long lowerings;

  private Engine(Backend backend) {
    this.backend = backend;
  }

  /** The engine around a backend, always the same one. */
  public static Engine of(Backend backend) {
    Engine engine = ENGINES.get(backend);
    if (engine == null) {
      ENGINES.keySet().removeIf(Engine::isClosed);
      engine = ENGINES.computeIfAbsent(backend, Engine::new);
    }
    return engine;
  }

  private static boolean isClosed(Backend backend) {
    try {
      backend.memory();
      return false;
    } catch (IllegalStateException closed) {
      return true;
    }
  }

  public Backend backend() {
    return backend;
  }

  /** How often a graph was run. */
  public long runs() {
    return runs;
  }

  /** How often a structure was met for the first time, and so lowered and compiled. */
  public long lowerings() {
    return lowerings;
  }

  /** Computes the values of nodes that are not known yet, all in one run. */
  public void evaluate(Node... nodes) {
    run(nodes, new Buffer[nodes.length], NO_NODES, NO_NODES);
  }

  /**
   * Computes values and overwrites parameters in one run.
   *
   * @param results nodes that get their value
   * @param destinations for each result the buffer its value is to be written to, or null
   * @param targets nodes of parameters, each at most once
   * @param values what each parameter becomes
   */
  public void run(Node[] results, @Nullable Buffer[] destinations, Node[] targets, Node[] values) {
    lock.lock();
    try {
      int count = collect(results, destinations, targets, values);
      if (count == 0 && targets.length == 0) {
        return;
      }
      plan(count, targets, values).run(order, pending, count, pendingDestinations, targets);
      runs++;
    } finally {
      Arrays.fill(pending, null);
      Arrays.fill(pendingDestinations, null);
      order.start();
      lock.unlock();
    }
  }

  /**
   * Compiles a run to be repeated. Its leaves are bound now: what changes between runs are the
   * contents of parameters and the values of scalars.
   *
   * @param results nodes whose values can be read after each run; they stay unknown
   * @param targets nodes of parameters, each at most once
   * @param values what each parameter becomes
   */
  public PreparedRun prepare(Node[] results, Node[] targets, Node[] values) {
    lock.lock();
    try {
      order.start();
      for (Node node : results) {
        order.addComputation(node);
      }
      addAssignments(targets, values);
      Lowered lowered =
          Lowering.lower(
              order,
              numbers(results, results.length),
              numbers(targets, targets.length),
              numbers(values, values.length));
      lowerings++;
      return new PreparedRun(this, compile(lowered), order, results, targets);
    } finally {
      order.start();
      lock.unlock();
    }
  }

  ReentrantLock lock() {
    return lock;
  }

  /** Walks the graph and keeps the results that are not known yet, each once. */
  private int collect(
      Node[] results, @Nullable Buffer[] destinations, Node[] targets, Node[] values) {
    if (pending.length < results.length) {
      pending = new Node[2 * results.length];
      pendingDestinations = new Buffer[2 * results.length];
    }
    order.start();
    int count = 0;
    for (int i = 0; i < results.length; i++) {
      Node result = results[i];
      order.addComputation(result);
      if (!result.isKnown() && order.requestOnce(result)) {
        pendingDestinations[count] = destinations[i];
        pending[count++] = result;
      }
    }
    addAssignments(targets, values);
    return count;
  }

  private void addAssignments(Node[] targets, Node[] values) {
    for (int i = 0; i < targets.length; i++) {
      order.addComputation(targets[i]);
      order.addComputation(values[i]);
    }
  }

  private Plan plan(int count, Node[] targets, Node[] values) {
    key.write(order, pending, count, targets, values);
    int hash = key.hash();
    Plan plan = plans.find(key, hash);
    if (plan == null) {
      Lowered lowered =
          Lowering.lower(
              order,
              numbers(pending, count),
              numbers(targets, targets.length),
              numbers(values, values.length));
      plan = compile(lowered);
      plans.put(key, hash, plan);
      lowerings++;
    }
    return plan;
  }

  private Plan compile(Lowered lowered) {
    try {
      return new Plan(lowered, backend);
    } catch (MemoryLimitException full) {
      if (plans.size() == 0) {
        throw full;
      }
      plans.keepNewest(0); // their temporaries may be all that is missing
      return new Plan(lowered, backend);
    }
  }

  private static int[] numbers(Node[] nodes, int count) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = nodes[i].number;
    }
    return numbers;
  }

  /** The schedule that would compute a node now. */
  public Schedule schedule(Node... nodes) {
    lock.lock();
    try {
      Node[] unknown = Arrays.stream(nodes).filter(it -> !it.isKnown()).toArray(Node[]::new);
      order.start();
      for (Node node : unknown) {
        order.addComputation(node);
      }
      return Lowering.lower(order, numbers(unknown, unknown.length), new int[0], new int[0])
          .schedule();
    } finally {
      order.start();
      lock.unlock();
    }
  }

  /** Walks everything that a node was described from and hands the walk to {@code visitor}. */
  public void walkHistory(Node root, Consumer<GraphOrder> visitor) {
    lock.lock();
    try {
      order.start();
      order.addHistory(root);
      visitor.accept(order);
    } finally {
      order.start();
      lock.unlock();
    }
  }

  /** Closes every plan; they are made again when they are needed. */
  public void clear() {
    lock.lock();
    try {
      plans.keepNewest(0);
    } finally {
      lock.unlock();
    }
  }
}
