package dev.tandem.benchmarks.contest;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Everybody who takes part: Tandem's engines, plain loops, and peers found on the class path. */
public final class Contenders {

  private static final List<Contender> OWN =
      List.of(
          new EngineContender("reference", false),
          new EngineContender("cpu", false),
          new EngineContender("cpu", true),
          new EngineContender("gpu", false),
          new EngineContender("gpu", true),
          new NaiveContender(),
          new VectorContender());

  private static final List<Contender> ALL = withPeers();

  private Contenders() {}

  private static List<Contender> withPeers() {
    List<Contender> found = new ArrayList<>(OWN);
    ServiceLoader.load(Contender.class).forEach(found::add);
    return List.copyOf(found);
  }

  /** Everybody, whether or not they can run here. */
  public static List<Contender> all() {
    return ALL;
  }

  /** Whether other libraries are there, too. */
  public static boolean includePeers() {
    return ALL.size() > OWN.size();
  }

  /**
   * The one of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Contender named(String name) {
    for (Contender contender : ALL) {
      if (contender.name().equals(name)) {
        return contender;
      }
    }
    throw new IllegalArgumentException(
        "there is no backend %s; there are %s; other libraries need ./tandem bench --peers"
            .formatted(name, ALL.stream().map(Contender::name).toList()));
  }
}
