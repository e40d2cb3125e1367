<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Notification;

use OCA\VoiceAssist\AppInfo\Application;
use OCP\IURLGenerator;
use OCP\L10N\IFactory;
use OCP\Notification\INotification;
use OCP\Notification\INotifier;
use OCP\Notification\UnknownNotificationException;

/** Says that somebody's connection needs them. Nothing of what is in their documents stands in it. */
class Notifier implements INotifier {
	public const CONNECTION = 'connection';

	public function __construct(
		private IFactory $languages,
		private IURLGenerator $urls,
	) {
	}

	public function getID(): string {
		return Application::ID;
	}

	public function getName(): string {
		return $this->languages->get(Application::ID)->t('VoiceAssist');
	}

	public function prepare(INotification $notification, string $languageCode): INotification {
		if ($notification->getApp() !== Application::ID || $notification->getSubject() !== self::CONNECTION) {
			throw new UnknownNotificationException();
		}
		$l10n = $this->languages->get(Application::ID, $languageCode);
		return $notification
			->setParsedSubject($l10n->t('VoiceAssist can no longer read your files'))
			->setParsedMessage($l10n->t('Answers come only from what was read before, and soon from nothing. Connect again in your settings.'))
			->setLink($this->urls->linkToRouteAbsolute('settings.PersonalSettings.index', ['section' => Application::ID]))
			->setIcon($this->urls->getAbsoluteURL($this->urls->imagePath(Application::ID, 'app-dark.svg')));
	}
}
