<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Listener;

use OCA\Files\Event\LoadAdditionalScriptsEvent;
use OCA\VoiceAssist\AppInfo\Application;
use OCA\VoiceAssist\Service\Pairing;
use OCP\EventDispatcher\Event;
use OCP\EventDispatcher\IEventListener;
use OCP\Util;

/**
 * Adds "Ask about this" to the files page, once there is a daemon to ask.
 *
 * @template-implements IEventListener<Event>
 */
class FilesPageListener implements IEventListener {
	public function __construct(private Pairing $pairing) {
	}

	public function handle(Event $event): void {
		if ($event instanceof LoadAdditionalScriptsEvent && $this->pairing->isPaired()) {
			Util::addInitScript(Application::ID, 'voiceassist-files');
		}
	}
}
