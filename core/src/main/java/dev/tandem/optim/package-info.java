/**
 * What changes parameters along their gradients: {@link dev.tandem.optim.Optimizer} is the frame,
 * {@link dev.tandem.optim.Sgd} and {@link dev.tandem.optim.Adam} the formulas, which are PyTorch's.
 */
@NullMarked
package dev.tandem.optim;

import org.jspecify.annotations.NullMarked;
