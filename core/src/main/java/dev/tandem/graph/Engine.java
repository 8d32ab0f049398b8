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
  private final StructureKey key = new StructureKey();
  private final PlanCache plans = new PlanCache();
  private int walks;
  private int nodesExpected = 64; // by the next walk: as many as the last run had
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
      GraphOrder order = walk();
      addComputations(order, results);
      addComputations(order, targets);
      addComputations(order, values);
      boolean[] isPending = new boolean[order.count()];
      Node[] pending = new Node[results.length]; // not known yet, each once
      Buffer[] pendingDestinations = new Buffer[results.length];
      int count = 0;
      for (int i = 0; i < results.length; i++) {
        Node result = results[i];
        if (!result.isKnown() && !isPending[result.number]) {
          isPending[result.number] = true;
          pendingDestinations[count] = destinations[i];
          pending[count++] = result;
        }
      }
      if (count == 0 && targets.length == 0) {
        return;
      }
      nodesExpected = order.count();
      plan(order, pending, count, targets, values)
          .run(order, pending, count, pendingDestinations, targets);
      runs++;
    } finally {
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
      GraphOrder order = walk();
      addComputations(order, results);
      addComputations(order, targets);
      addComputations(order, values);
      Lowered lowered =
          Lowering.lower(
              order,
              numbers(results, results.length),
              numbers(targets, targets.length),
              numbers(values, values.length));
      lowerings++;
      return new PreparedRun(this, compile(lowered), order, results, targets);
    } finally {
      lock.unlock();
    }
  }

  ReentrantLock lock() {
    return lock;
  }

  private GraphOrder walk() {
    walks = walks == -1 ? 1 : walks + 1; // 0 marks nodes that were never found
    return new GraphOrder(walks, nodesExpected);
  }

  private static void addComputations(GraphOrder order, Node[] roots) {
    for (Node root : roots) {
      order.addComputation(root);
    }
  }

  private Plan plan(GraphOrder order, Node[] pending, int count, Node[] targets, Node[] values) {
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
      GraphOrder order = walk();
      addComputations(order, unknown);
      return Lowering.lower(order, numbers(unknown, unknown.length), new int[0], new int[0])
          .schedule();
    } finally {
      lock.unlock();
    }
  }

  /** Walks everything that a node was described from and hands the walk to {@code visitor}. */
  public void walkHistory(Node root, Consumer<GraphOrder> visitor) {
    lock.lock();
    try {
      GraphOrder order = walk();
      order.addHistory(root);
      visitor.accept(order);
    } finally {
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
