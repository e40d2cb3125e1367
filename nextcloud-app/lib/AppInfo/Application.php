<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\AppInfo;

use OCA\DAV\Events\AddressBookShareUpdatedEvent;
use OCA\DAV\Events\CalendarDeletedEvent;
use OCA\DAV\Events\CalendarShareUpdatedEvent;
use OCA\DAV\Events\CardCreatedEvent;
use OCA\DAV\Events\CardDeletedEvent;
use OCA\DAV\Events\CardMovedEvent;
use OCA\DAV\Events\CardUpdatedEvent;
use OCA\Files\Event\LoadAdditionalScriptsEvent;
use OCA\VoiceAssist\Dashboard\Widget;
use OCA\VoiceAssist\Listener\CollectionListener;
use OCA\VoiceAssist\Listener\ContentSecurityPolicyListener;
use OCA\VoiceAssist\Listener\FileListener;
use OCA\VoiceAssist\Listener\FilesPageListener;
use OCA\VoiceAssist\Listener\GroupListener;
use OCA\VoiceAssist\Listener\ShareListener;
use OCA\VoiceAssist\Listener\UserDeletedListener;
use OCA\VoiceAssist\Notification\Notifier;
use OCA\VoiceAssist\Search\PassageProvider;
use OCA\VoiceAssist\SetupCheck\DaemonSetupCheck;
use OCP\AppFramework\App;
use OCP\AppFramework\Bootstrap\IBootContext;
use OCP\AppFramework\Bootstrap\IBootstrap;
use OCP\AppFramework\Bootstrap\IRegistrationContext;
use OCP\Calendar\Events\CalendarObjectCreatedEvent;
use OCP\Calendar\Events\CalendarObjectDeletedEvent;
use OCP\Calendar\Events\CalendarObjectMovedEvent;
use OCP\Calendar\Events\CalendarObjectMovedToTrashEvent;
use OCP\Calendar\Events\CalendarObjectRestoredEvent;
use OCP\Calendar\Events\CalendarObjectUpdatedEvent;
use OCP\Files\Events\Node\BeforeNodeDeletedEvent;
use OCP\Files\Events\Node\NodeCopiedEvent;
use OCP\Files\Events\Node\NodeCreatedEvent;
use OCP\Files\Events\Node\NodeRenamedEvent;
use OCP\Files\Events\Node\NodeTouchedEvent;
use OCP\Files\Events\Node\NodeWrittenEvent;
use OCP\Group\Events\UserAddedEvent;
use OCP\Group\Events\UserRemovedEvent;
use OCP\Security\CSP\AddContentSecurityPolicyEvent;
use OCP\Share\Events\ShareCreatedEvent;
use OCP\Share\Events\ShareDeletedEvent;
use OCP\Share\Events\ShareDeletedFromSelfEvent;
use OCP\User\Events\UserDeletedEvent;

/** The app's name, and everything Nextcloud calls it for. */
class Application extends App implements IBootstrap {
	public const ID = 'voiceassist';

	public function __construct() {
		parent::__construct(self::ID);
	}

	public function register(IRegistrationContext $context): void {
		$context->registerSearchProvider(PassageProvider::class);
		$context->registerDashboardWidget(Widget::class);
		$context->registerNotifierService(Notifier::class);
		$context->registerSetupCheck(DaemonSetupCheck::class);
		$context->registerEventListener(LoadAdditionalScriptsEvent::class, FilesPageListener::class);
		$context->registerEventListener(AddContentSecurityPolicyEvent::class, ContentSecurityPolicyListener::class);
		$context->registerEventListener(UserDeletedEvent::class, UserDeletedListener::class);
		foreach ([NodeCreatedEvent::class, NodeWrittenEvent::class, NodeTouchedEvent::class, NodeCopiedEvent::class, NodeRenamedEvent::class, BeforeNodeDeletedEvent::class] as $event) {
			$context->registerEventListener($event, FileListener::class);
		}
		foreach ([ShareCreatedEvent::class, ShareDeletedEvent::class, ShareDeletedFromSelfEvent::class] as $event) {
			$context->registerEventListener($event, ShareListener::class);
		}
		foreach ([UserAddedEvent::class, UserRemovedEvent::class] as $event) {
			$context->registerEventListener($event, GroupListener::class);
		}
		foreach ([CalendarObjectCreatedEvent::class, CalendarObjectUpdatedEvent::class, CalendarObjectDeletedEvent::class, CalendarObjectMovedEvent::class, CalendarObjectMovedToTrashEvent::class, CalendarObjectRestoredEvent::class, CalendarShareUpdatedEvent::class, CalendarDeletedEvent::class] as $event) {
			$context->registerEventListener($event, CollectionListener::class);
		}
		foreach ([CardCreatedEvent::class, CardUpdatedEvent::class, CardDeletedEvent::class, CardMovedEvent::class, AddressBookShareUpdatedEvent::class] as $event) {
			$context->registerEventListener($event, CollectionListener::class);
		}
	}

	public function boot(IBootContext $context): void {
	}
}
