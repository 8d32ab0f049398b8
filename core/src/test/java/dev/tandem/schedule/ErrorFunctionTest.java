package dev.tandem.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorFunctionTest {

  private static final double RELATIVE = 4e-15;

  /** Values computed with 40 digits. */
  @ParameterizedTest
  @CsvSource({
    "1e-10, 1.128379167095512615e-10, 0.99999999988716208329",
    "0.1, 0.1124629160182848984, 0.8875370839817151016",
    "0.5, 0.52049987781304653768, 0.47950012218695346232",
    "0.9, 0.79690821242283213966, 0.20309178757716786034",
    "1, 0.84270079294971486934, 0.15729920705028513066",
    "1.1, 0.88020506957408172966, 0.11979493042591827034",
    "1.7, 0.98379045859077456084, 0.016209541409225439159",
    "2.5, 0.99959304798255504106, 0.00040695201744495893956",
    "2.6, 0.99976396558347065091, 0.00023603441652934908781",
    "4, 0.99999998458274209972, 1.5417257900280018852e-8",
    "9, 1.0, 4.1370317465138102381e-37",
    "17.5, 1.0, 3.1988638123434809882e-135",
    "26, 1.0, 5.6631924088561428465e-296",
    "-0.3, -0.32862675945912741619, 1.3286267594591274162",
    "-1, -0.84270079294971486934, 1.8427007929497148693",
    "-2.4, -0.99931148610335492111, 1.9993114861033549211",
    "-5, -0.99999999999846254021, 1.9999999999984625402"
  })
  void valuesAreRightToTheLastDigits(double x, double erf, double erfc) {
    assertThat(ErrorFunction.erf(x)).isCloseTo(erf, Offset.offset(Math.abs(erf) * RELATIVE));
    assertThat(ErrorFunction.erf(-x)).isEqualTo(-ErrorFunction.erf(x));
    assertThat(ErrorFunction.erfc(x)).isCloseTo(erfc, Offset.offset(erfc * RELATIVE));
  }

  @Test
  void specialValuesAreThoseOfTheLimits() {
    assertThat(ErrorFunction.erf(-0.0)).isEqualTo(-0.0);
    assertThat(ErrorFunction.erf(Double.NaN)).isNaN();
    assertThat(ErrorFunction.erfc(Double.NaN)).isNaN();
    for (double large : new double[] {28.5, 1e30, 1e300, Double.POSITIVE_INFINITY}) {
      assertThat(ErrorFunction.erf(large)).isEqualTo(1);
      assertThat(ErrorFunction.erfc(large)).isZero();
      assertThat(ErrorFunction.erfc(-large)).isEqualTo(2);
    }
  }
}
