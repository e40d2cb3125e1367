<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

/* The part of Nextcloud's public interfaces that the tested services use. */

namespace OCP {
	interface IAppConfig {
		public function getValueString(string $app, string $key, string $default = '', bool $lazy = false): string;
		public function setValueString(string $app, string $key, string $value, bool $lazy = false, bool $sensitive = false): bool;
		public function deleteKey(string $app, string $key): void;
	}

	interface IURLGenerator {
		public function getBaseUrl(): string;
	}

	interface IUser {
		public function getUID();
		public function getDisplayName();
	}

	interface IGroupManager {
		public function getUserGroupIds(IUser $user): array;
	}

	interface IDBConnection {
	}

	interface IL10N {
		public function t(string $text, $parameters = []): string;
		public function n(string $text_singular, string $text_plural, int $count, array $parameters = []): string;
	}

	interface IRequest {
		public function getHeader(string $name): string;
		public function getRemoteAddress(): string;
	}

	interface ISession {
		public function getId(): string;
		public function get(string $key);
		public function exists(string $key): bool;
	}

	interface IConfig {
		public function getUserValue($userId, $appName, $key, $default = '');
		public function setUserValue($userId, $appName, $key, $value, $preCondition = null);
		public function deleteUserValue($userId, $appName, $key);
	}

	interface IUserSession {
		public function getUser(): ?IUser;
	}
}

namespace OCP\Notification {
	interface INotification {
		public function setApp(string $app): INotification;
		public function setUser(string $user): INotification;
		public function setDateTime(\DateTime $dateTime): INotification;
		public function setObject(string $type, string $id): INotification;
		public function setSubject(string $subject, array $parameters = []): INotification;
		public function getApp(): string;
		public function getSubject(): string;
	}

	interface IManager {
		public function createNotification(): INotification;
		public function notify(INotification $notification): void;
		public function markProcessed(INotification $notification): void;
	}

	interface INotifier {
		public function getID(): string;
		public function getName(): string;
		public function prepare(INotification $notification, string $languageCode): INotification;
	}
}

namespace OCP\App {
	interface IAppManager {
		public function getAppVersion(string $appId, bool $useCache = true): string;
	}
}

namespace OCP\AppFramework {
	class App {
		public function __construct(string $appName) {
		}
	}
}

namespace OCP\AppFramework\Bootstrap {
	interface IBootContext {
	}

	interface IRegistrationContext {
	}

	interface IBootstrap {
		public function register(IRegistrationContext $context): void;
		public function boot(IBootContext $context): void;
	}
}

namespace OCP\AppFramework\Utility {
	interface ITimeFactory {
		public function getTime(): int;
		public function getDateTime(string $time = 'now', ?\DateTimeZone $timezone = null): \DateTime;
	}
}

namespace OCP\Security {
	interface ICrypto {
		public function encrypt(string $plaintext, string $password = ''): string;
		public function decrypt(string $authenticatedCiphertext, string $password = ''): string;
	}

	interface ISecureRandom {
		public function generate(int $length, string $characters = ''): string;
	}
}

namespace OCP\Http\Client {
	interface IResponse {
		public function getBody();
		public function getStatusCode(): int;
	}

	interface IClient {
		public function get(string $uri, array $options = []): IResponse;
		public function post(string $uri, array $options = []): IResponse;
		public function delete(string $uri, array $options = []): IResponse;
	}

	interface IClientService {
		public function newClient(): IClient;
	}
}

namespace OCP\EventDispatcher {
	class Event {
		public function __construct() {
		}
	}

	interface IEventListener {
		public function handle(Event $event): void;
	}
}

namespace OCP\Calendar\Events {
	abstract class AbstractCalendarObjectEvent extends \OCP\EventDispatcher\Event {
		abstract public function getCalendarData(): array;
		abstract public function getShares(): array;
	}

	abstract class CalendarObjectMovedEvent extends \OCP\EventDispatcher\Event {
		abstract public function getSourceCalendarData(): array;
		abstract public function getTargetCalendarData(): array;
		abstract public function getSourceShares(): array;
		abstract public function getTargetShares(): array;
	}
}

namespace OCA\DAV\Events {
	abstract class CalendarDeletedEvent extends \OCP\EventDispatcher\Event {
		abstract public function getCalendarData(): array;
		abstract public function getShares(): array;
	}

	abstract class CalendarShareUpdatedEvent extends \OCP\EventDispatcher\Event {
		abstract public function getCalendarData(): array;
		abstract public function getOldShares(): array;
		abstract public function getAdded(): array;
		abstract public function getRemoved(): array;
	}

	abstract class CardUpdatedEvent extends \OCP\EventDispatcher\Event {
		abstract public function getAddressBookData(): array;
		abstract public function getShares(): array;
	}
}
