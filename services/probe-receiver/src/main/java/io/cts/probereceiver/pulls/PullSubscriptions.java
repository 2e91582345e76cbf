package io.cts.probereceiver.pulls;

import io.cts.contract.Topics;
import io.cts.messaging.Subscriptions;
import org.springframework.context.annotation.Configuration;

/** What the story of a pull is made of. */
@Configuration(proxyBeanMethods = false)
class PullSubscriptions {

  PullSubscriptions(Subscriptions subscriptions, Storyteller storyteller) {
    subscriptions.facts(Topics.PULL_REQUESTED, storyteller::requested);
    subscriptions.facts(Topics.IMAGE_STORED, storyteller::stored);
    subscriptions.facts(Topics.IMAGE_PROFILED, storyteller::profiled);
    subscriptions.facts(Topics.PULL_PLANNED, storyteller::planned);
    subscriptions.facts(Topics.PULL_READY, storyteller::ready);
    subscriptions.facts(Topics.PULL_FAILED, storyteller::failed);
    subscriptions.observations(Topics.PULL_REPORTED, storyteller::reported);
  }
}
