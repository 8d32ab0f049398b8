package dev.tandem.benchmarks.contest;

import dev.tandem.Backends;
import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.BackendProvider;
import dev.tandem.backend.Probe;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of Tandem's engines, used in one of two ways: as most programs do, describing each time what
 * is wanted; or prepared, describing it once and running it again and again.
 */
final class EngineContender implements Contender {

  private static final double MOST_REFERENCE_WORK = 2.2e7;

  private final String engine;
  private final boolean prepared;

  EngineContender(String engine, boolean prepared) {
    this.engine = engine;
    this.prepared = prepared;
  }

  @Override
  public String name() {
    return prepared ? engine + "-prepared" : engine;
  }

  @Override
  public @Nullable String unavailable() {
    for (BackendProvider provider : Backends.providers()) {
      if (provider.name().equals(engine)) {
        return provider.probe() instanceof Probe.Unavailable missing
            ? missing.reason() + "; " + missing.remedy()
            : null;
      }
    }
    return "it was not built into this program";
  }

  @Override
  public boolean usesThreads() {
    return engine.equals("cpu");
  }

  @Override
  public @Nullable String declines(Problem problem) {
    if (prepared && problem.equals(new OneOperation(OneOperation.Stage.DESCRIBE))) {
      return "what is prepared is not described again";
    }
    return engine.equals("reference") && problem.cost().work() > MOST_REFERENCE_WORK
        ? "it would take seconds, being a definition and not a competitor"
        : null;
  }

  @Override
  public Work prepare(Problem problem, float[][] inputs, int threads) {
    Backend backend = Backends.open(engine, BackendOptions.DEFAULT.withThreads(threads));
    return Backends.with(backend, () -> prepare(problem, inputs, backend));
  }

  @Override
  public @Nullable TimedWork prepareTimed(Problem problem) {
    Backend backend = Backends.open(engine, BackendOptions.DEFAULT.withTimes());
    if (backend.times() == null) {
      backend.close();
      return null;
    }
    Work work = Backends.with(backend, () -> prepare(problem, problem.inputs(), backend));
    return new TimedWork(work, backend);
  }

  private Work prepare(Problem problem, float[][] inputs, Backend backend) {
    return switch (problem) {
      case TrainingStep step ->
          prepared
              ? new PreparedStep(step, inputs, backend)
              : new DescribedStep(step, inputs, backend);
      case AdamUpdate ignored ->
          prepared ? new PreparedAdam(inputs, backend) : new DescribedAdam(inputs, backend);
      case OneOperation operation when !prepared ->
          new DescribedOperation(operation.stage(), inputs, backend);
      case OneOperation operation ->
          new PreparedOperation(
              Descriptions.of(problem, inputs),
              operation.stage() == OneOperation.Stage.READ,
              backend);
      case Product ignored -> evaluation(problem, inputs, backend);
      case Pointwise ignored -> evaluation(problem, inputs, backend);
      case Chain ignored -> evaluation(problem, inputs, backend);
      case Reduction ignored -> evaluation(problem, inputs, backend);
    };
  }

  private Work evaluation(Problem problem, float[][] inputs, Backend backend) {
    Supplier<Tensor> description = Descriptions.of(problem, inputs);
    return prepared
        ? new PreparedOperation(description, false, backend)
        : new DescribedEvaluation(description, backend);
  }
}
