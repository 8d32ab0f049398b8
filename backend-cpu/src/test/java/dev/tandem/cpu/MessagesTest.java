package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessagesTest {

  private static final long MOST_NANOS = 1_000;

  @Test
  void answersTakeTime() throws InterruptedException {
    Messages messages = new Messages();
    Thread other = new Thread(messages::answer);
    other.start();
    assertThat(messages.nanos()).isBetween(1L, MOST_NANOS);
    other.join();
  }

  /** On a busy machine: without a bound, nothing would ever be shared with that thread. */
  @Test
  void aThreadThatFoundNoCoreIsNotTakenForFarAway() throws InterruptedException {
    Messages messages = new Messages();
    Thread late =
        new Thread(() -> {
          try {
            Thread.sleep(20);
          } catch (InterruptedException nobody) {
            Thread.currentThread().interrupt();
          }
          messages.answer();
        });
    late.start();
    assertThat(messages.nanos()).isEqualTo(MOST_NANOS);
    late.join();
  }
}
