package dev.tandem.gpu;

import dev.tandem.schedule.Kernel;
import dev.tandem.schedule.Schedule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Turns a schedule into a {@link Program}: kernels into tasks, slots into arrays. */
final class ProgramBuilder {

  /** Arrays that one task of the loading graph looks at. */
  private static final int SEATS_A_TASK = 14;

  private final Schedule schedule;
  private final MatmulLibrary library;
  private final Placement placement;
  private List<Task> tasks = new ArrayList<>();
  private List<Program.Receipt> receipts = new ArrayList<>();
  private int firstReceipt;
  private final Set<Seat> met = new HashSet<>();
  private final long scratchStart;
  private long scratch;
  private long products;

  private ProgramBuilder(Schedule schedule, MatmulLibrary library) {
    this.schedule = schedule;
    this.library = library;
    this.placement =
        new Placement(
            schedule, library == MatmulLibrary.NONE ? Set.of() : CublasMatmul.wholeSlots(schedule));
    this.scratchStart = placement.block() + 15 & ~15L;
  }

  /** The program of a schedule on any device. */
  static Program build(Schedule schedule) {
    return build(schedule, MatmulLibrary.NONE);
  }

  /** The program of a schedule, without any data. */
  static Program build(Schedule schedule, MatmulLibrary library) {
    return new ProgramBuilder(schedule, library).build();
  }

  private Program build() {
    firstReceipt = placement.outboxSize();
    for (Kernel kernel : schedule.kernels()) {
      switch (kernel) {
        case Kernel.Elementwise it -> ElementwiseKernel.add(it, this);
        case Kernel.Reduction it -> ReductionKernel.add(it, this);
        case Kernel.Matmul it -> {
          if (library == MatmulLibrary.NONE || !CublasMatmul.add(it, library, this)) {
            MatmulKernel.add(it, this);
          }
        }
      }
    }
    Program.Stage main = new Program.Stage(tasks, firstReceipt, receipts);

    tasks = new ArrayList<>();
    receipts = new ArrayList<>();
    firstReceipt = 0;
    met.clear();
    List<Seat> staying = placement.staying();
    for (int first = 0; first < staying.size(); first += SEATS_A_TASK) {
      TaskBuilder task = task("load");
      staying
          .subList(first, Math.min(first + SEATS_A_TASK, staying.size()))
          .forEach(seat -> task.touch(seat.array()));
      ArrivalKernel.finish(task);
    }
    Program.Stage load = new Program.Stage(tasks, firstReceipt, receipts);
    return new Program(schedule, placement, load, main, scratchStart + scratch, products);
  }

  Placement placement() {
    return placement;
  }

  TaskBuilder task(String kind) {
    return new TaskBuilder(this, name(kind));
  }

  /** For the next task. */
  String name(String kind) {
    return kind + " " + tasks.size();
  }

  void add(Task task) {
    tasks.add(task);
  }

  /** The place in the outbox where a task signs. */
  int receipt(String task) {
    receipts.add(new Program.Receipt(task, null));
    return firstReceipt + receipts.size() - 1;
  }

  /** The place in the outbox where the tail of an array that arrived is put. */
  int receipt(Seat seat) {
    receipts.add(new Program.Receipt("the copy of array " + seat.array(), seat));
    return firstReceipt + receipts.size() - 1;
  }

  /** Whether no task has looked at this seat yet. */
  boolean isFirstTouch(Seat seat) {
    return met.add(seat);
  }

  /** The array that holds a product of at least this size until its epilogue has run. */
  int products(long elements) {
    products = Math.max(products, elements);
    return placement.products();
  }

  /** The first element of a scratch space of at least this size. */
  int scratch(long elements) {
    scratch = Math.max(scratch, elements);
    return Math.toIntExact(scratchStart);
  }
}
