package dev.tandem.cpu;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.BackendProvider;
import dev.tandem.backend.BackendUnavailableException;
import dev.tandem.backend.Probe;
import java.util.List;
import java.util.Locale;

/** Announces the CPU engine, and says what is missing where it cannot run. */
public final class CpuBackendProvider implements BackendProvider {

  static final String NAME = "cpu";

  private static final int PRIORITY = 100;

  private static final boolean MULTIPLIES_AND_ADDS_AT_ONCE = CpuFacts.multipliesAndAddsAtOnce();

  /** For {@link java.util.ServiceLoader}. */
  public CpuBackendProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return PRIORITY;
  }

  @Override
  public Probe probe() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return new Probe.Unavailable(
          "the Vector API's module is not loaded",
          "Start java with --add-modules jdk.incubator.vector");
    }
    if (!MULTIPLIES_AND_ADDS_AT_ONCE) {
      return new Probe.Unavailable(
          "this processor has no fused multiply-add, and in software one takes microseconds",
          "Processors have it since 2013. In a virtual machine, choose a model of processor that"
              + " has \"fma\" (QEMU: -cpu host); start java without -XX:-UseFMA and -XX:UseAVX=0");
    }
    return new Probe.Available(List.of(CpuFacts.device(CpuFacts.cores())));
  }

  @Override
  public Backend open(BackendOptions options) {
    if (probe() instanceof Probe.Unavailable unavailable) {
      throw new BackendUnavailableException(NAME, unavailable);
    }
    String wanted = options.device().toLowerCase(Locale.ROOT);
    boolean known =
        wanted.isEmpty()
            || wanted.equals("0")
            || wanted.equals(NAME)
            || CpuFacts.model().toLowerCase(Locale.ROOT).contains(wanted);
    if (!known) {
      throw new IllegalArgumentException(
          "cpu: there is no device \"%s\"; the only one is \"%s\" (%s)"
              .formatted(options.device(), NAME, CpuFacts.model()));
    }
    return new CpuBackend(options);
  }
}
