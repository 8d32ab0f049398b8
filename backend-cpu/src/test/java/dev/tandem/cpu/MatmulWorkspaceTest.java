package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatmulWorkspaceTest {

  /** The sizes of regions are those that {@code java -Xmx... -Xlog:gc+init} prints. */
  @ParameterizedTest
  @CsvSource({"24, 1", "1024, 1", "2048, 1", "4096, 2", "6000, 4", "16384, 8", "30000, 16"})
  void aLargeArrayIsJustLargerThanHalfOfARegion(long heapMebibytes, long regionMebibytes) {
    long bytes = 4L * MatmulWorkspace.largeArray(heapMebibytes << 20);

    assertThat(bytes).isBetween((regionMebibytes << 19) + 1, (regionMebibytes << 19) + 64);
  }
}
