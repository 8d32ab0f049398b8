package dev.tandem.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Backends;
import dev.tandem.Generator;
import dev.tandem.Parameter;
import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.graph.Engine;
import dev.tandem.nn.Linear;
import dev.tandem.nn.Mse;
import dev.tandem.optim.Adam;
import dev.tandem.optim.Optimizer;
import dev.tandem.optim.Sgd;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The loop around layers and optimizers: what is computed when, what is kept, what it costs. */
public interface TrainingLoopContract extends Subject {

  /** How many steps have to run in constant memory. */
  default int manySteps() {
    return 20_000;
  }

  @Test
  default void aStepAfterTheFirstNeitherLowersNorCompiles() {
    Engine engine = Engine.of(backend());
    SmallNetwork network = new SmallNetwork();
    for (Optimizer optimizer : network.optimizers()) {
      network.train(optimizer, 1);
      long lowerings = engine.lowerings();
      long runs = engine.runs();
      network.train(optimizer, 5);
      assertThat(engine.lowerings()).isEqualTo(lowerings);
      assertThat(engine.runs()).as("one run for each step").isEqualTo(runs + 5);
    }
  }

  @Test
  default void anotherLearningRateNeedsNoOtherPlan() {
    Engine engine = Engine.of(backend());
    SmallNetwork network = new SmallNetwork();
    for (Optimizer optimizer : network.optimizers()) {
      network.train(optimizer, 1);
      long lowerings = engine.lowerings();
      float[] before = network.weights();
      optimizer.learningRate(0);
      network.train(optimizer, 1);
      assertThat(network.weights()).as("a rate of 0 changes nothing").isEqualTo(before);
      optimizer.learningRate(0.25);
      network.train(optimizer, 1);
      assertThat(network.weights()).isNotEqualTo(before);
      assertThat(optimizer.learningRate()).isEqualTo(0.25);
      assertThat(engine.lowerings()).isEqualTo(lowerings);
    }
  }

  @Test
  default void lossAndGradientsAreReadWithoutAnotherRun() {
    Engine engine = Engine.of(backend());
    SmallNetwork network = new SmallNetwork();
    Tensor loss = network.loss();
    loss.backward();
    new Sgd(network.model.parameters(), 0.1).step();
    long runs = engine.runs();
    assertThat(loss.item()).isPositive();
    network.model.parameters().forEach((name, it) -> assertThat(gradOf(it).toArray()).isNotEmpty());
    assertThat(engine.runs()).isEqualTo(runs);
  }

  @Test
  default void gradientsReadTheSameBeforeAndAfterTheStep() {
    SmallNetwork network = new SmallNetwork();
    network.loss().backward();
    Map<String, float[]> before = network.gradients();
    new Sgd(network.model.parameters(), 0.1).step();
    Map<String, float[]> after = network.gradients();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.forEach((name, gradient) -> assertThat(after.get(name)).as(name).isEqualTo(gradient));
  }

  @Test
  default void readingLossAndGradientsDoesNotChangeWhatIsTrained() {
    SmallNetwork quiet = new SmallNetwork();
    SmallNetwork curious = new SmallNetwork();
    Optimizer quietOptimizer = new Adam(quiet.model.parameters(), 0.01);
    Optimizer curiousOptimizer = new Adam(curious.model.parameters(), 0.01);
    quiet.train(quietOptimizer, 4);
    for (int step = 0; step < 4; step++) {
      curiousOptimizer.zeroGrad();
      Tensor loss = curious.loss();
      assertThat(loss.item()).isPositive();
      loss.backward();
      assertThat(curious.gradients()).isNotEmpty();
      curiousOptimizer.step();
    }
    assertThat(curious.weights()).containsExactly(quiet.weights(), Offset.offset(1e-6f));
  }

  @Test
  default void gradientsAddUpUntilTheyAreDropped() {
    Parameter p = new Parameter(Tensor.ones(20));
    Optimizer optimizer = new Sgd(Map.of("p", p), 0.5);
    p.mul(2).sum().backward();
    p.mul(3).sum().backward();
    assertThat(gradOf(p).toArray()).containsOnly(5);
    optimizer.step();
    assertThat(p.toArray()).containsOnly(-1.5f);
    p.mul(4).sum().backward();
    optimizer.step();
    assertThat(gradOf(p).toArray()).containsOnly(9);
    assertThat(p.toArray()).containsOnly(-6);
    optimizer.step();
    assertThat(p.toArray()).as("the same gradient once more").containsOnly(-10.5f);
    optimizer.zeroGrad();
    assertThat(p.grad()).isNull();
    optimizer.step();
    assertThat(p.toArray()).as("no gradient, no change").containsOnly(-10.5f);
  }

  @Test
  default void manyStepsRunInConstantMemory() {
    try (Backend fresh = open(BackendOptions.DEFAULT)) {
      Backends.with(
          fresh,
          () -> {
            Linear model = new Linear(1, 1, Generator.seeded(42));
            Tensor x = Tensor.of(new float[] {0.5f});
            Optimizer optimizer = new Sgd(model.parameters(), 0.1);
            IntConsumer train =
                count -> {
                  for (int step = 0; step < count; step++) {
                    optimizer.zeroGrad();
                    Mse.of(model.forward(x), x.mul(3).add(2)).backward();
                    optimizer.step();
                  }
                };
            train.accept(10);
            long live = fresh.memory().live();
            long lowerings = Engine.of(fresh).lowerings();
            train.accept(manySteps());
            assertThat(fresh.memory().live()).isEqualTo(live);
            assertThat(Engine.of(fresh).lowerings()).isEqualTo(lowerings);
            assertThat(model.forward(x).item()).isCloseTo(3.5f, Offset.offset(1e-6f));
          });
    }
  }

  private static Tensor gradOf(Parameter parameter) {
    return Objects.requireNonNull(parameter.grad());
  }
}
