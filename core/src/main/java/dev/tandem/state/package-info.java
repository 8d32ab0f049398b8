/**
 * What modules and optimizers share: their state as tensors by name, taken and given back. Internal
 * to this module.
 */
@NullMarked
package dev.tandem.state;

import org.jspecify.annotations.NullMarked;
