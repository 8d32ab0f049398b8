package dev.tandem;

import dev.tandem.graph.Node;
import dev.tandem.graph.Op;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of slices of one tensor, put together when all have arrived. A sequence that was
 * taken apart step by step becomes one concatenation, in time linear in its length; each slice
 * padded to the whole and added to the others would be quadratic.
 */
final class SliceGradients {

  /** The gradient of {@code length} positions from {@code start} on, along one axis. */
  private record Part(int axis, int start, int length, Tensor gradient) {}

  private final Node whole;
  private final List<Part> parts = new ArrayList<>();
  private @Nullable Tensor others; // of slices along several axes, or with steps

  SliceGradients(Node whole) {
    this.whole = whole;
  }

  void add(Op.Slice slice, Tensor gradient) {
    Part part = part(slice, gradient);
    if (part != null) {
      parts.add(part);
    } else {
      Tensor padded =
          new Tensor(
              Node.of(new Op.Pad(slice.starts(), slice.steps()), whole.shape(), gradient.node()));
      others = others == null ? padded : others.add(padded);
    }
  }

  private @Nullable Part part(Op.Slice slice, Tensor gradient) {
    Part found = null;
    for (int axis = 0; axis < slice.starts().length; axis++) {
      int length = gradient.shape().dimension(axis);
      if (slice.steps()[axis] != 1) {
        return null;
      }
      if (length != whole.shape().dimension(axis)) {
        if (found != null) {
          return null;
        }
        found = new Part(axis, slice.starts()[axis], length, gradient);
      }
    }
    return found;
  }

  /** The gradient of the whole; at least one slice was added. */
  Tensor sum() {
    Tensor sum = others;
    parts.sort(Comparator.comparingInt(Part::axis).thenComparingInt(Part::start));
    List<Part> rest = parts;
    while (!rest.isEmpty()) {
      List<Part> row = new ArrayList<>();
      List<Part> overlapping = new ArrayList<>();
      int end = 0;
      for (Part part : rest) {
        boolean follows = row.isEmpty() || part.axis == row.getFirst().axis && part.start >= end;
        if (follows) {
          row.add(part);
          end = part.start + part.length;
        } else {
          overlapping.add(part);
        }
      }
      Tensor joined = joined(row);
      sum = sum == null ? joined : sum.add(joined);
      rest = overlapping;
    }
    if (sum == null) {
      throw new AssertionError("no slices");
    }
    return sum;
  }

  /** The parts side by side, with zeros between them. */
  private Tensor joined(List<Part> row) {
    int axis = row.getFirst().axis;
    List<Tensor> pieces = new ArrayList<>();
    int end = 0;
    for (Part part : row) {
      addZeros(axis, part.start - end, pieces);
      pieces.add(part.gradient);
      end = part.start + part.length;
    }
    addZeros(axis, whole.shape().dimension(axis) - end, pieces);
    return Tensor.concat(axis, pieces.toArray(Tensor[]::new));
  }

  private void addZeros(int axis, int length, List<Tensor> pieces) {
    if (length > 0) {
      int[] dimensions = whole.shape().toArray();
      dimensions[axis] = length;
      pieces.add(GradientRules.constant(0, whole).broadcastTo(dimensions));
    }
  }
}
