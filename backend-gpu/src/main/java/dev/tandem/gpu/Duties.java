package dev.tandem.gpu;

import java.util.List;

/**
 * What a generated kernel has to do for the host's checks besides its work; see {@link
 * KernelCode#duties}.
 *
 * @param arrivals arrays that came from the host and that no earlier kernel has looked at
 * @param departures arrays that this kernel writes and that the host may fetch
 */
record Duties(List<Arrival> arrivals, List<Departure> departures) {

  /** The tail of an array is to be copied to a receipt; both places are words of the layout. */
  record Arrival(int array, int tail, int receipt) {}

  /** The token is to be left in the tail of an array, whose place is a word of the layout. */
  record Departure(int array, int tail) {}

  Duties {
    arrivals = List.copyOf(arrivals);
    departures = List.copyOf(departures);
  }
}
