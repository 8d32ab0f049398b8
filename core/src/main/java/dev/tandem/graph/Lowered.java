package dev.tandem.graph;

import dev.tandem.schedule.Schedule;

/**
 * A schedule and what to bind to it.
 *
 * @param schedule what to run
 * @param sources for each input slot the number of the node whose storage is bound to it
 * @param scalars for each scalar the number of the node whose value is bound to it
 */
record Lowered(Schedule schedule, int[] sources, int[] scalars) {}
