package io.cts.cache.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;

import java.net.ConnectException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseGateTest {
  private final Flyway flyway = mock(Flyway.class);

  @Test
  void a_database_that_is_away_is_waited_for_in_the_background() {
    var away = new IllegalStateException("could not connect",
        new SQLTransientConnectionException("timed out",
            new SQLException("no", "08001", new ConnectException("refused"))));
    doThrow(away).doThrow(away).doReturn(null).when(flyway).migrate();
    try (var gate = new DatabaseGate(Clock.systemUTC())) {
      gate.migrate(flyway);

      assertThat(gate.isOpen()).isFalse();
      assertThat(gate.trouble()).get().extracting(DatabaseGate.Trouble::why).isEqualTo("refused");
      await().until(gate::isOpen);
      assertThat(gate.trouble()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"08006, true", "57P01, true", "57P03, true", "53300, true", "55000, true", "28P01, false", "3D000, false",
      "42P01, false"})
  void time_mends_an_absence_and_no_wrong_setting(String sqlState, boolean mends) {
    assertThat(DatabaseGate.isAway(new RuntimeException(new SQLException("said so", sqlState)))).isEqualTo(mends);
  }

  @Test
  void a_database_that_refuses_stops_the_service() {
    doThrow(new IllegalStateException("checksum mismatch")).when(flyway).migrate();
    try (var gate = new DatabaseGate(Clock.systemUTC())) {
      assertThatThrownBy(() -> gate.migrate(flyway)).hasMessage("checksum mismatch");
    }
  }
}
