package dev.tandem.gpu;

import dev.tandem.backend.Buffer;
import dev.tandem.backend.Executable;
import dev.tandem.backend.MemoryLimitException;
import dev.tandem.schedule.Schedule;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A schedule on the device. It remembers whose values are in its seats, so that parameters stay
 * where they are from run to run and everything else is brought; see {@link GpuBuffer} for the
 * other half of the bookkeeping.
 *
 * <p>After a run that failed nothing on the device can be trusted: the plan is dropped, and the
 * next run makes a new one. A first run, in which the driver compiles, is tried twice, since no
 * values can get lost: drivers with LLVM inside delete their temporary files when the JVM handles a
 * signal of its own at the wrong moment ({@code LD_PRELOAD=libjsig.so} keeps them from it).
 */
final class GpuExecutable implements Executable {

  private static final System.Logger LOGGER = System.getLogger(GpuExecutable.class.getName());

  private final GpuBackend backend;
  private final Schedule schedule;
  private final Program program;
  private final GpuSite site;
  private final Guest[] guests; // [array], who is in a seat
  private GpuMemory.@Nullable Lease<GpuPlan> lease; // null after a failure, or without kernels
  private boolean closed;
  private long loads;

  GpuExecutable(GpuBackend backend, Schedule schedule, GpuSite site) {
    this.backend = backend;
    this.schedule = schedule;
    this.program = ProgramBuilder.build(schedule, site.settings().library());
    this.site = site;
    this.guests = new Guest[program.placement().seats().size() + 1];
    for (int i = 0; i < guests.length; i++) {
      guests[i] = new Guest();
    }
    this.lease = program.isEmpty() ? null : lease(this, program, site);
  }

  /** Static, so that what releases the plan does not refer to the executable. */
  private static GpuMemory.Lease<GpuPlan> lease(Object owner, Program program, GpuSite site) {
    return site.memory()
        .lease(
            owner,
            GpuMemory.Place.DEVICE,
            4L * program.deviceElements(),
            "compile",
            () -> locked(site, () -> GpuPlan.make(program, site)),
            plan ->
                locked(
                    site,
                    () -> {
                      plan.close();
                      return plan;
                    }));
  }

  @Override
  public void run(Buffer[] inputs, Buffer[] outputs, float[] scalars) {
    backend.checkOpen("run");
    RunCheck.check(schedule, inputs, outputs, scalars);
    GpuBuffer[] in = own(inputs, schedule.inputs(), "input");
    GpuBuffer[] out = own(outputs, schedule.outputs(), "output");
    if (closed) {
      throw closed("run");
    }
    if (program.isEmpty()) {
      return;
    }
    boolean isFirst = lease == null || !plan("run").hasRun();
    try {
      runOnPlan(in, out, scalars);
    } catch (GpuFailure failure) {
      if (!isFirst) {
        throw failure;
      }
      LOGGER.log(System.Logger.Level.WARNING, "gpu: tried again, as the first run failed", failure);
      runOnPlan(in, out, scalars);
    }
  }

  private void runOnPlan(GpuBuffer[] in, GpuBuffer[] out, float[] scalars) {
    if (lease == null) {
      lease = lease(this, program, site);
    }
    site.lock().lock();
    try {
      run(plan("run"), in, out, scalars);
    } finally {
      site.lock().unlock();
    }
  }

  private GpuBuffer[] own(Buffer[] buffers, int[] elements, String role) {
    GpuBuffer[] own = new GpuBuffer[buffers.length];
    for (int i = 0; i < own.length; i++) {
      own[i] = backend.own(buffers[i], "run");
      own[i].host(); // closed?
      if (own[i].elements() != elements[i]) {
        throw new IllegalArgumentException(
            "run: %s %d has %d elements; the schedule says %d"
                .formatted(role, i, own[i].elements(), elements[i]));
      }
    }
    return own;
  }

  private GpuPlan plan(String operation) {
    GpuPlan plan = lease == null ? null : lease.resource();
    if (plan == null) {
      throw closed(operation);
    }
    return plan;
  }

  private static IllegalStateException closed(String operation) {
    return new IllegalStateException(
        operation + ": the executable was closed; compile the schedule again");
  }

  private void run(GpuPlan plan, GpuBuffer[] in, GpuBuffer[] out, float[] scalars) {
    FloatArray inbox = plan.inbox();
    for (int s = 0; s < scalars.length; s++) {
      inbox.set(Inbox.FIRST_SCALAR + s, scalars[s]);
    }
    boolean stale = false;
    for (int i = 0; i < in.length; i++) {
      Seat seat = program.placement().ofInput(i);
      if (seat == null) {
        copy(in[i].fetch(), inbox, program.placement().place(i).first());
      } else if (!seat.stays()) {
        copy(in[i].fetch(), plan.array(seat.array()), 0);
      } else {
        stale |= !guests[seat.array()].isCurrent(in[i]);
      }
    }
    saveGuests(out);
    try {
      if (stale) {
        load(plan, in);
      }
      plan.run();
    } catch (GpuFailure | MemoryLimitException failure) {
      drop(failure);
      throw failure;
    }
    for (int o = 0; o < out.length; o++) {
      Seat seat = program.placement().ofOutput(o);
      if (seat == null) {
        out[o].changedOnHost();
        int first = program.placement().place(schedule.firstOutput() + o).first();
        MemorySegment.copy(
            plan.outbox().getSegment(), 4L * first, out[o].host(), 0, 4L * out[o].elements());
      } else {
        out[o].changedOnDevice(this, seat);
        guests[seat.array()].take(out[o]);
      }
    }
  }

  /** Gives the plan up, with all values that are nowhere else. */
  void drop(RuntimeException failure) {
    for (Seat seat : program.placement().seats()) {
      GpuBuffer guest = guests[seat.array()].buffer();
      if (guest != null && guest.isOnlyIn(this, seat)) {
        guest.lose();
      }
      guests[seat.array()].leave();
    }
    GpuMemory.Lease<GpuPlan> dropped = lease;
    lease = null;
    try {
      if (dropped != null) {
        dropped.close();
      }
    } catch (GpuFailure another) {
      failure.addSuppressed(another);
    }
  }

  /** Fetches values that are only in output seats, which the next run overwrites. */
  private void saveGuests(GpuBuffer[] out) {
    for (int o = 0; o < out.length; o++) {
      Seat seat = program.placement().ofOutput(o);
      if (seat != null && !seat.stays()) {
        save(seat, out[o]);
      }
    }
  }

  private void save(Seat seat, @Nullable GpuBuffer newcomer) {
    GpuBuffer guest = guests[seat.array()].buffer();
    if (guest != null && guest != newcomer && !guest.isClosed() && guest.isOnlyIn(this, seat)) {
      guest.fetch();
    }
  }

  /** Brings all parameters to the device. */
  private void load(GpuPlan plan, GpuBuffer[] in) {
    List<Seat> staying = program.placement().staying();
    for (Seat seat : staying) {
      save(seat, null);
    }
    for (int i = 0; i < in.length; i++) {
      Seat seat = program.placement().ofInput(i);
      if (seat != null && seat.stays()) {
        copy(in[i].fetch(), plan.array(seat.array()), 0);
        guests[seat.array()].take(in[i]);
      }
    }
    plan.load();
    loads++;
  }

  /** How often parameters were brought to the device. */
  long loads() {
    return loads;
  }

  private static void copy(MemorySegment values, FloatArray target, int first) {
    MemorySegment.copy(values, 0, target.getSegment(), 4L * first, values.byteSize());
  }

  /** Copies values that only this executable has to the host. Called with the lock held. */
  void fetch(Seat seat, MemorySegment target) {
    GpuPlan plan = plan("download");
    plan.fetch(seat);
    MemorySegment.copy(plan.array(seat.array()).getSegment(), 0, target, 0, target.byteSize());
  }

  @Override
  public void close() {
    closed = true;
    GpuMemory.Lease<GpuPlan> closing = lease;
    if (closing == null) {
      return;
    }
    site.lock().lock();
    try {
      if (closing.resource() != null) {
        for (Seat seat : program.placement().seats()) {
          save(seat, null);
        }
      }
    } finally {
      closing.close();
      site.lock().unlock();
    }
  }

  private static <T> T locked(GpuSite site, Supplier<T> action) {
    site.lock().lock();
    try {
      return action.get();
    } finally {
      site.lock().unlock();
    }
  }
}
