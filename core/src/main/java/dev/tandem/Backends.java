package dev.tandem;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.BackendProvider;
import dev.tandem.backend.BackendUnavailableException;
import dev.tandem.backend.Probe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds and starts engines. New tensors live on the current backend: the one of {@link #with} where
 * that surrounds the code, else the one of {@link #setDefault}, else the best that runs here.
 */
public final class Backends {

  private static final Map<String, Backend> SHARED = new ConcurrentHashMap<>();
  private static final ScopedValue<Backend> SCOPED = ScopedValue.newInstance();
  private static volatile @Nullable Backend standard;

  private Backends() {}

  /** Every engine that was found, the most preferred first, whether or not it can run. */
  public static List<BackendProvider> providers() {
    return Found.PROVIDERS;
  }

  /** Looked up once, when first needed. */
  private static final class Found {
    private static final List<BackendProvider> PROVIDERS =
        ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .sorted(Comparator.comparingInt(BackendProvider::priority).reversed())
            .toList();
  }

  /**
   * The shared engine of this name, started with its own choice of options when first asked for.
   * Names that differ, as {@code gpu} and {@code gpu:0} do, have an engine each.
   *
   * @param name an engine, or an engine and a device: {@code gpu:1}
   * @throws BackendUnavailableException if there is none or it cannot run here, with the remedy
   */
  public static Backend get(String name) {
    return SHARED.computeIfAbsent(name, it -> open(it, BackendOptions.DEFAULT));
  }

  /**
   * A new engine of this name, apart from the shared one. Whoever opens it closes it.
   *
   * @param name an engine, or an engine and a device: {@code gpu:1}, which the options then need
   *     not name
   * @throws BackendUnavailableException if there is none or it cannot run here, with the remedy
   * @throws IllegalArgumentException if it has no such device
   */
  public static Backend open(String name, BackendOptions options) {
    int colon = name.indexOf(':');
    return colon < 0
        ? openEngine(name, options)
        : openEngine(name.substring(0, colon), options.withDevice(name.substring(colon + 1)));
  }

  private static Backend openEngine(String name, BackendOptions options) {
    for (BackendProvider provider : providers()) {
      if (provider.name().equals(name)) {
        if (provider.probe() instanceof Probe.Unavailable unavailable) {
          throw new BackendUnavailableException(name, unavailable);
        }
        return provider.open(options);
      }
    }
    throw new BackendUnavailableException(
        name,
        new Probe.Unavailable(
            "it is not on the class path or module path",
            "Found are %s; add the artifact tandem-backend-%s"
                .formatted(providers().stream().map(BackendProvider::name).toList(), name)));
  }

  /**
   * The backend that new tensors live on.
   *
   * @throws BackendUnavailableException if none was chosen, and of those that were found only the
   *     reference backend can run: that would be a slow program without a word
   */
  public static Backend current() {
    if (SCOPED.isBound()) {
      return SCOPED.get();
    }
    Backend chosen = standard;
    if (chosen == null) {
      chosen = get(preferred().name());
      standard = chosen;
    }
    return chosen;
  }

  /**
   * The engine that is taken where nobody names one: the most preferred that can run here and may
   * be chosen by itself.
   *
   * @throws BackendUnavailableException as {@link #current()} does
   */
  public static BackendProvider preferred() {
    return preferred(providers());
  }

  static BackendProvider preferred(List<BackendProvider> providers) {
    List<String> missing = new ArrayList<>();
    for (BackendProvider provider : providers) {
      if (provider.priority() < 0) {
        continue;
      }
      switch (provider.probe()) {
        case Probe.Unavailable unavailable ->
            missing.add(new BackendUnavailableException(provider.name(), unavailable).getMessage());
        case Probe.Available available -> {
          if (provider.priority() == BackendProvider.LAST_RESORT && !missing.isEmpty()) {
            throw new BackendUnavailableException(
                "%s Only the slow backend %s can run here; it is taken if the program calls Backends.setDefault(Backends.get(\"%s\"))."
                    .formatted(String.join(" ", missing), provider.name(), provider.name()));
          }
          if (available.chosenByItself()) {
            return provider;
          }
          missing.add(
              "backend %s has found only %s, which it does not compute on unless it is named."
                  .formatted(provider.name(), available.devices().getFirst().name()));
        }
      }
    }
    throw new BackendUnavailableException(
        "no backend can run here; the reference backend is missing");
  }

  /** Lets new tensors of the whole process live on {@code backend}. */
  public static void setDefault(Backend backend) {
    standard = backend;
  }

  /** Runs some code with {@code backend} as the current one, in this thread. */
  public static void with(Backend backend, Runnable code) {
    ScopedValue.where(SCOPED, backend).run(code);
  }

  /** Computes something with {@code backend} as the current one, in this thread. */
  public static <T extends @Nullable Object> T with(Backend backend, Supplier<T> code) {
    return ScopedValue.where(SCOPED, backend).call(code::get);
  }
}
