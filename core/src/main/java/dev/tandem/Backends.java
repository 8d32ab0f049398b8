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
    return Ranked.PROVIDERS;
  }

  /** Looked up once, when first needed. */
  private static final class Found {
    private static final List<BackendProvider> PROVIDERS =
        ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
  }

  /** In a class of its own: who names an engine need not wait until another knows its priority. */
  private static final class Ranked {
    private static final List<BackendProvider> PROVIDERS =
        Found.PROVIDERS.stream()
            .sorted(Comparator.comparingInt(BackendProvider::priority).reversed())
            .toList();
  }

  /**
   * The shared engine of this name, started with its own choice of options when first asked for.
   *
   * @throws BackendUnavailableException if there is none or it cannot run here, with the remedy
   */
  public static Backend get(String name) {
    return SHARED.computeIfAbsent(name, it -> open(it, BackendOptions.DEFAULT));
  }

  /**
   * A new engine of this name, apart from the shared one. Whoever opens it closes it.
   *
   * @throws BackendUnavailableException if there is none or it cannot run here, with the remedy
   */
  public static Backend open(String name, BackendOptions options) {
    for (BackendProvider provider : Found.PROVIDERS) {
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
    return chosen != null ? chosen : best();
  }

  private static Backend best() {
    List<String> missing = new ArrayList<>();
    for (BackendProvider provider : providers()) {
      if (provider.priority() < 0) {
        continue;
      }
      if (provider.probe() instanceof Probe.Unavailable unavailable) {
        missing.add(new BackendUnavailableException(provider.name(), unavailable).getMessage());
      } else if (provider.priority() == BackendProvider.LAST_RESORT && !missing.isEmpty()) {
        throw new BackendUnavailableException(
            "%s Only the slow backend %s can run here; it is taken if the program calls Backends.setDefault(Backends.get(\"%s\"))."
                .formatted(String.join(" ", missing), provider.name(), provider.name()));
      } else {
        Backend best = get(provider.name());
        standard = best;
        return best;
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
