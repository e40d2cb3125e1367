<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Service;

use OCA\VoiceAssist\AppInfo\Application;
use OCA\VoiceAssist\Notification\Notifier;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IConfig;
use OCP\Notification\IManager;

/**
 * Tells somebody once that their connection needs them, and takes it back when it is well again. Whoever waves it away is not
 * told again of the same trouble.
 */
class ConnectionWatch {
	/** Where is kept of which trouble somebody was told. */
	private const TOLD = 'told_of';

	public function __construct(
		private IManager $notifications,
		private IConfig $config,
		private ITimeFactory $time,
	) {
	}

	/** @param list<array<string, mixed>> $people as the daemon's overview lists them */
	public function tell(array $people): void {
		foreach ($people as $person) {
			$user = $person['user_id'] ?? null;
			if (!is_string($user) || $user === '') {
				continue;
			}
			$needed = ($person['advice']['who'] ?? '') === 'person';
			$trouble = $needed ? ($person['advice']['code'] ?? '') . ' ' . ($person['since'] ?? '') : '';
			$told = $this->config->getUserValue($user, Application::ID, self::TOLD);
			if ($trouble === $told) {
				continue;
			}
			$notification = $this->notifications->createNotification();
			$notification->setApp(Application::ID)->setUser($user)->setObject(Notifier::CONNECTION, $user);
			$this->notifications->markProcessed($notification);
			if ($needed) {
				$notification->setSubject(Notifier::CONNECTION)->setDateTime($this->time->getDateTime());
				$this->notifications->notify($notification);
				$this->config->setUserValue($user, Application::ID, self::TOLD, $trouble);
			} else {
				$this->config->deleteUserValue($user, Application::ID, self::TOLD);
			}
		}
	}
}
