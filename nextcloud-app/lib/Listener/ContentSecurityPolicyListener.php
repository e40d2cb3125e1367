<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Listener;

use OCA\VoiceAssist\Service\Pairing;
use OCP\AppFramework\Http\ContentSecurityPolicy;
use OCP\EventDispatcher\Event;
use OCP\EventDispatcher\IEventListener;
use OCP\IRequest;
use OCP\Security\CSP\AddContentSecurityPolicyEvent;

/**
 * Lets the settings pages speak to the daemon. They are not this app's own pages, so their policy can be widened only
 * here; every other page is left as it is.
 *
 * @template-implements IEventListener<Event>
 */
class ContentSecurityPolicyListener implements IEventListener {
	public function __construct(
		private IRequest $request,
		private Pairing $pairing,
	) {
	}

	public function handle(Event $event): void {
		if (!$event instanceof AddContentSecurityPolicyEvent || !$this->pairing->isPaired() || !$this->isSettings()) {
			return;
		}
		$policy = new ContentSecurityPolicy();
		$policy->addAllowedConnectDomain($this->pairing->publicOrigin());
		$event->addPolicy($policy);
	}

	private function isSettings(): bool {
		try {
			return str_starts_with((string)$this->request->getPathInfo(), '/settings/');
		} catch (\Throwable) {
			return false;
		}
	}
}
