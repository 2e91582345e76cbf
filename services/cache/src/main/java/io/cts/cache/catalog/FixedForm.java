package io.cts.cache.catalog;

import io.cts.contract.Form;

/**
 * The form that a class of engines gets of an image, once and for all.
 *
 * @param reason one sentence for people
 */
public record FixedForm(Form form, String reason) {}
