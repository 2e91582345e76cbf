package io.cts.feedback.weights;

import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.repository.Repository;

/** Every set of constants that was ever published. The one with the greatest number serves. */
interface Versions extends Repository<VersionRow, Long> {

  Optional<VersionRow> findFirstByOrderByNumberDesc();

  List<VersionRow> findByOrderByNumberDesc();

  boolean existsById(long number);

  VersionRow save(VersionRow version);

  /** Lets one process at a time past, until the transaction ends. */
  @Modifying
  @NativeQuery("lock table weights.version in exclusive mode")
  void lock();
}
