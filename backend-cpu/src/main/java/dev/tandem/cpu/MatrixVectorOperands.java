package dev.tandem.cpu;

import dev.tandem.schedule.Operand;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What takes part in the matmul of a matrix and a vector, and how it lies. Each result is a sum of
 * terms: an element of the matrix times one of the vector.
 *
 * @param results how many results there are
 * @param terms how many terms each result sums up
 * @param resultStep elements of the matrix from one result to the next
 * @param termStep elements of the matrix from one term to the next
 * @param vectorStep elements of the vector from one term to the next
 * @param target where the results go, one after another
 */
record MatrixVectorOperands(
    Slots slots,
    Operand matrix,
    Operand vector,
    Operand target,
    int results,
    int terms,
    int resultStep,
    int termStep,
    int vectorStep) {

  /** Terms of a block, which are summed in float, at most. Blocks are summed in double. */
  static final int BLOCK_TERMS = 8192;

  /** Of so many elements and more it matters in which order a row is loaded. */
  private static final int LONG_ROW = 512;

  /** Whether results are products of contiguous rows with a contiguous vector. */
  boolean haveRows() {
    return termStep == 1 && vectorStep == 1 && areFour() && terms >= Lanes.LANES;
  }

  /** Whether results are sums of contiguous rows, each times an element of the vector. */
  boolean haveColumns() {
    return resultStep == 1 && areFour();
  }

  /** Both kernels take four rows at once. */
  private boolean areFour() {
    return results >= RowGroup.ROWS && terms >= RowGroup.ROWS;
  }

  /** Whether rows of so many elements are long and come from memory, and it can be helped. */
  boolean areFar(int rowLength) {
    return Lanes.FREE_FENCES && rowLength >= LONG_ROW && 4 * elements() > CpuFacts.SHARE_OF_CACHE;
  }

  /** How many blocks the terms make at least. */
  int leastBlocks() {
    return (terms + BLOCK_TERMS - 1) / BLOCK_TERMS;
  }

  /** The first term of a block; all have about the same size, so none is shorter than a vector. */
  int firstTerm(int block, int blocks) {
    return (int) ((long) block * terms / blocks);
  }

  long elements() {
    return (long) results * terms;
  }

  /** About how long the product takes, in nanoseconds. */
  double nanos() {
    return 20 + RowGroup.NANOS_PER_ELEMENT * elements();
  }

  MemorySegment matrixMemory() {
    return slots.segments[matrix.slot()];
  }

  /** The byte of an element of the matrix. */
  long matrixByte(int result, int term) {
    return 4 * (matrix.offset() + (long) result * resultStep + (long) term * termStep);
  }

  MemorySegment vectorMemory() {
    return slots.segments[vector.slot()];
  }

  /** The byte of an element of the vector. */
  long vectorByte(int term) {
    return 4 * (vector.offset() + (long) term * vectorStep);
  }

  /** An element of the vector. */
  float factor(int term) {
    return vectorMemory().get(ValueLayout.JAVA_FLOAT, vectorByte(term));
  }

  /** Stores {@code n} results from one on. */
  void store(int first, float[] values, int n) {
    MemorySegment to = slots.segments[target.slot()];
    MemorySegment.copy(values, 0, to, ValueLayout.JAVA_FLOAT, 4L * (target.offset() + first), n);
  }

  /** Stores {@code n} results from one on, {@code step} values apart from each other. */
  void store(int first, float[] values, int from, int step, int n) {
    MemorySegment to = slots.segments[target.slot()];
    long at = 4L * (target.offset() + first);
    for (int i = 0; i < n; i++) {
      to.set(ValueLayout.JAVA_FLOAT, at + 4L * i, values[from + i * step]);
    }
  }

  void store(int result, double value) {
    slots.segments[target.slot()].set(
        ValueLayout.JAVA_FLOAT, 4L * (target.offset() + result), (float) value);
  }
}
