package dev.tandem.benchmarks.contest;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Everybody who takes part: Tandem's engines, plain loops, and peers found on the class path. */
public final class Contenders {

  private static final List<Contender> ALL = find();

  private Contenders() {}

  private static List<Contender> find() {
    List<Contender> found = new ArrayList<>();
    found.add(new EngineContender("reference", false));
    found.add(new EngineContender("cpu", false));
    found.add(new EngineContender("cpu", true));
    found.add(new EngineContender("gpu", false));
    found.add(new EngineContender("gpu", true));
    found.add(new NaiveContender());
    ServiceLoader.load(Contender.class).forEach(found::add);
    return List.copyOf(found);
  }

  /** Everybody, whether or not they can run here. */
  public static List<Contender> all() {
    return ALL;
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
        "there is no backend %s; there are %s; other libraries need a build with -Ppeers"
            .formatted(name, ALL.stream().map(Contender::name).toList()));
  }
}
