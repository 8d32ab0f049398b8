package dev.tandem.gpu;

/**
 * An instance of a generated class. It is the object that TornadoVM asks for its code, and it knows
 * how to add itself to a task graph with the right number of arguments.
 */
public interface KernelClass {

  /**
   * Adds a task.
   *
   * @param graph a {@code uk.ac.manchester.tornado.api.TaskGraph}
   * @param id the task's name in the graph
   * @param arguments context, layout, inbox, outbox, then the arrays
   */
  void addTo(uk.ac.manchester.tornado.api.TaskGraph graph, String id, Object[] arguments);
}
