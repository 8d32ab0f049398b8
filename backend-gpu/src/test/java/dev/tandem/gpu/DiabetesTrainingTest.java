package dev.tandem.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Backends;
import dev.tandem.Generator;
import dev.tandem.Tensor;
import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.nn.Linear;
import dev.tandem.nn.Mse;
import dev.tandem.nn.Sequential;
import dev.tandem.nn.Tanh;
import dev.tandem.optim.Sgd;
import dev.tandem.reference.ReferenceBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** A model trained on real data has the losses of the reference backend, step by step. */
final class DiabetesTrainingTest {

  private static final Path DATA = Path.of("..", "examples", "diabetes.csv");
  private static final int STEPS = 60;
  private static final int BATCH = 64;

  /** The table column by column with mean 0 and variance 1, row by row in one array. */
  private static float[] standardised(List<String> rows) {
    int columns = rows.getFirst().split(",").length;
    double[][] table = new double[rows.size()][];
    for (int r = 0; r < table.length; r++) {
      table[r] = List.of(rows.get(r).split(",")).stream().mapToDouble(Double::valueOf).toArray();
    }
    float[] values = new float[rows.size() * columns];
    for (int c = 0; c < columns; c++) {
      double sum = 0;
      double squares = 0;
      for (double[] row : table) {
        sum += row[c];
        squares += row[c] * row[c];
      }
      double mean = sum / table.length;
      double deviation = Math.sqrt(squares / table.length - mean * mean);
      for (int r = 0; r < table.length; r++) {
        values[r * columns + c] = (float) ((table[r][c] - mean) / deviation);
      }
    }
    return values;
  }

  private static float[] losses(Backend backend, float[] table, int rows) {
    return Backends.with(
        backend,
        () -> {
          Tensor all = Tensor.of(table, rows, table.length / rows); // [rows, features and target]
          int features = table.length / rows - 1;
          Generator generator = Generator.seeded(1);
          Sequential model =
              new Sequential(
                  new Linear(features, 32, generator), new Tanh(), new Linear(32, 1, generator));
          Sgd optimizer = new Sgd(model.parameters(), 0.05).withMomentum(0.9);
          float[] losses = new float[STEPS];
          for (int step = 0; step < STEPS; step++) {
            int from = step % (rows / BATCH) * BATCH;
            Tensor batch = all.slice(0, from, from + BATCH, 1).evaluate();
            optimizer.zeroGrad();
            Tensor loss =
                Mse.of(
                    model.forward(batch.slice(1, 0, features, 1)),
                    batch.slice(1, features, features + 1, 1));
            loss.backward();
            optimizer.step();
            losses[step] = loss.item();
          }
          return losses;
        });
  }

  @Test
  void everyLossIsThatOfTheReference() throws IOException {
    List<String> lines = Files.readAllLines(DATA);
    List<String> rows = lines.subList(1, lines.size());
    float[] table = standardised(rows);
    try (Backend gpu = GpuForTests.open(BackendOptions.DEFAULT);
        Backend reference = ReferenceBackend.inFloatPrecision()) {
      float[] expected = losses(reference, table, rows.size());
      float[] actual = losses(gpu, table, rows.size());
      assertThat(expected[STEPS - 1]).as("it learns").isLessThan(0.75f * expected[0]);
      for (int step = 0; step < STEPS; step++) {
        assertThat(actual[step])
            .as("loss of step %d", step)
            .isCloseTo(expected[step], Percentage.withPercentage(0.01));
      }
    }
  }
}
