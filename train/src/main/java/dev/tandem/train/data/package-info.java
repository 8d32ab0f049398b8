/**
 * From a CSV file to rows of float32 features and back: {@link dev.tandem.train.data.CsvFile} reads
 * the text, {@link dev.tandem.train.data.ColumnChoice} says which columns matter, {@link
 * dev.tandem.train.data.Table} holds their values, {@link dev.tandem.train.data.FeatureEncoding}
 * turns them into what a model takes. Knows nothing about tensors.
 */
@NullMarked
package dev.tandem.train.data;

import org.jspecify.annotations.NullMarked;
