package io.cts.codec;

import io.cts.contract.CodecFamily;

class IdentityCodecTest extends CodecContract {
  IdentityCodecTest() {
    super(CodecFamily.IDENTITY);
  }

  @Override
  int usualLevel() {
    return 0;
  }

  @Override
  boolean detectsDamage() {
    return false;
  }
}
