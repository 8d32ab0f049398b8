package dev.tandem.gpu;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Cuts the tasks of a program into as few task graphs as TornadoVM's tables have room for. What
 * would not fit there makes it throw at best, and compute on the host in silence at worst.
 */
final class GraphLimits {

  /** Bytes of the table in which TornadoVM notes the tasks and their arguments. */
  private static final int NOTES = 8192;

  private static final int NODES = 1024;

  /** Bytes of TornadoVM's bytecode: its own property, and what it is without being set. */
  private static final int BYTECODE = Integer.getInteger("tornado.tvm.maxbytecodesize", 4096);

  /** Context, inbox and outbox. */
  private static final int COMMON_OBJECTS = 3;

  private GraphLimits() {}

  /** The tasks in order, in parts of which each makes one graph; there is always a first part. */
  static List<List<Task>> cut(List<Task> tasks) {
    return cut(tasks, BYTECODE);
  }

  /**
   * The tasks in parts.
   *
   * @param bytecode bytes that TornadoVM's bytecode of a graph may have
   */
  static List<List<Task>> cut(List<Task> tasks, int bytecode) {
    List<List<Task>> parts = new ArrayList<>();
    Part part = new Part();
    for (Task task : tasks) {
      if (!part.hasRoomFor(task, bytecode)) {
        parts.add(part.tasks);
        part = new Part();
      }
      part.add(task);
    }
    parts.add(part.tasks);
    return parts;
  }

  /** The tasks of one graph, with what they take up in each table at most. */
  private static final class Part {

    private final List<Task> tasks = new ArrayList<>();
    private final Set<Integer> arrays = new HashSet<>();
    private int references; // to arrays, by tasks
    private int arguments;

    /** Whether it fits; a first task always does, as it could not be cut. */
    boolean hasRoomFor(Task task, int bytecode) {
      int count = tasks.size() + 1;
      int all = arguments + task.arguments();
      int changes = references + task.arrays().length;
      int objects = COMMON_OBJECTS + count + arrays.size() + newArrays(task); // count of layouts
      // the task, its signature, and at most one for each array that it changes;
      // an object, bringing it, and keeping or dropping it
      int nodes = 2 * count + changes + 3 * objects + 8;
      int notes = 15 * count + 5 * all;
      // the launch and its arguments, and for each of them what it waits for
      int code = 40 * count + 15 * all + 64 * objects;
      return tasks.isEmpty() || nodes < NODES && notes <= NOTES && code <= bytecode;
    }

    private int newArrays(Task task) {
      return (int) IntStream.of(task.arrays()).filter(it -> !arrays.contains(it)).count();
    }

    void add(Task task) {
      tasks.add(task);
      references += task.arrays().length;
      arguments += task.arguments();
      IntStream.of(task.arrays()).forEach(arrays::add);
    }
  }
}
