package dev.tandem.graph;

import dev.tandem.backend.Buffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A compiled run with everything bound, to be repeated without describing, searching or allocating
 * anything.
 */
public final class PreparedRun implements AutoCloseable {

  private final Engine engine;
  private final Plan plan;
  private final Plan.Binding binding;
  private final Node[] scalarNodes;
  private final Buffer[] results;
  private boolean hasRun;
  private final MemorySegment single = MemorySegment.ofArray(new float[1]);

  PreparedRun(Engine engine, Plan plan, GraphOrder order, Node[] results, Node[] targets) {
    this.engine = engine;
    this.plan = plan;
    this.results = new Buffer[results.length];
    for (int i = 0; i < results.length; i++) {
      this.results[i] = engine.backend().allocate(results[i].shape().elements());
    }
    int[] numbers = plan.scalarNodes();
    scalarNodes = new Node[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      scalarNodes[i] = order.node(numbers[i]);
    }
    binding = plan.bind(order, results, results.length, this.results, targets);
  }

  /** Runs once, with the present contents of parameters and values of scalars. */
  public void run() {
    engine.lock().lock();
    try {
      float[] scalars = binding.scalars();
      for (int i = 0; i < scalars.length; i++) {
        scalars[i] = scalarNodes[i].scalarValue();
      }
      plan.execute(binding);
      hasRun = true;
    } finally {
      engine.lock().unlock();
    }
  }

  /** Copies a result of the last run to memory of exactly its size. */
  public void read(int result, MemorySegment target) {
    engine.backend().download(complete(result), target);
  }

  private Buffer complete(int result) {
    if (!hasRun) {
      throw new IllegalStateException("result %d was read before the first run".formatted(result));
    }
    return results[result];
  }

  /** A result of the last run that has a single element. Allocates nothing. */
  public float readScalar(int result) {
    engine.backend().download(complete(result), single);
    return single.get(ValueLayout.JAVA_FLOAT, 0);
  }

  /** The schedule that is run. */
  public String explain() {
    return plan.schedule().toString();
  }

  @Override
  public void close() {
    engine.lock().lock();
    try {
      plan.close();
      for (Buffer result : results) {
        result.close();
      }
    } finally {
      engine.lock().unlock();
    }
  }
}
