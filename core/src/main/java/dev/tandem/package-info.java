/** The types a user imports. */
@NullMarked
package dev.tandem;

import org.jspecify.annotations.NullMarked;
