package dev.tandem.cpu;

/** Several loops, one after another, as one function. */
final class StripStages implements StripLoop {

  private final StripLoop[] stages;

  StripStages(StripLoop... stages) {
    this.stages = stages;
  }

  @Override
  public void run(Strip a, Strip b, Strip c, Strip out, Strip spare, int n) {
    for (StripLoop stage : stages) {
      StripLoop.call(stage, a, b, c, out, spare, n);
    }
  }
}
