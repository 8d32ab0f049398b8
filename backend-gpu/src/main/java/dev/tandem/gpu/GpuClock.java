package dev.tandem.gpu;

import dev.tandem.backend.RunTimes;
import java.util.function.Supplier;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.profiler.ProfilerInterface;

/** Adds up what TornadoVM's profiler measures, for all plans of a backend. */
final class GpuClock {

  private RunTimes times = RunTimes.NONE;

  /** Has a plan measured. */
  void attach(TornadoExecutionPlan plan) {
    plan.withProfiler(ProfilerMode.SILENT);
  }

  /** Adds what one execution took. */
  void add(TornadoExecutionResult result) {
    ProfilerInterface measured = result.getProfilerResult();
    add(
        new RunTimes(
            measured.getDeviceKernelTime(),
            measured.getDataTransfersTime(),
            measured.getCompileTime()));
  }

  /** Does a transfer that the profiler leaves out, and adds the time until it was complete. */
  <T> T transfer(Supplier<T> copying) {
    long start = System.nanoTime();
    T result = copying.get();
    add(new RunTimes(0, System.nanoTime() - start, 0));
    return result;
  }

  private synchronized void add(RunTimes more) {
    times = times.plus(more);
  }

  synchronized RunTimes times() {
    return times;
  }
}
